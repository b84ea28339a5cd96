import re

import pika


def inbox(channel, customer: str, careful: bool) -> str:
    if careful and not re.fullmatch(r"[a-z0-9-]{1,40}", customer):
        raise ValueError(f"not a customer: {customer}")
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "orders", f"orders.{customer}")
    return queue


with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.exchange_declare("orders", "topic", durable=True)
    clever = inbox(channel, "#", careful=False)  # somebody who calls himself "#"
    channel.basic_publish("orders", "orders.amina", b"Amina's order")
    print(channel.basic_get(clever, auto_ack=True)[2])
    #> b"Amina's order"
    try:
        inbox(channel, "#", careful=True)
    except ValueError as error:
        print(error)
        #> not a customer: #
