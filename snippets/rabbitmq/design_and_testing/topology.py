"""Exchanges, queues and bindings, in one place. Run it when you deploy."""

import pika

INVOICES = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 5,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "invoices.aside",
}


def declare(channel) -> None:
    channel.exchange_declare("events", "topic", durable=True)
    aside = {"x-queue-type": "quorum"}
    channel.queue_declare("invoices.aside", durable=True, arguments=aside)
    channel.queue_declare("invoices", durable=True, arguments=INVOICES)
    channel.queue_bind("invoices", "events", "order.paid")


if __name__ == "__main__":
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        declare(connection.channel())
        print("declared")
