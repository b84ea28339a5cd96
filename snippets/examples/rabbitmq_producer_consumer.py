"""Send an order that does not get lost, and handle it once it arrives."""

import json
import os
import signal
import sys
import time

import pika

URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/%2F")
QUEUE, UNREADABLE = "shop.orders", "shop.orders.unreadable"
# A quorum queue is stored on disk, and so are its messages.
QUORUM = {"x-queue-type": "quorum"}


def declare(connection: pika.BlockingConnection):
    channel = connection.channel()
    channel.queue_declare(UNREADABLE, durable=True, arguments=QUORUM)
    arguments = {
        **QUORUM,
        # Where rejected messages go, and those that failed too often.
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": UNREADABLE,
        # They are kept here until they are stored there.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # at-least-once needs this
    }
    channel.queue_declare(QUEUE, durable=True, arguments=arguments)
    return channel


def produce(number: int) -> None:
    with pika.BlockingConnection(pika.URLParameters(URL)) as connection:
        channel = declare(connection)
        channel.confirm_delivery()  # wait until the broker has stored it
        channel.basic_publish(
            exchange="",
            routing_key=QUEUE,
            body=json.dumps({"order": number}).encode(),
            properties=pika.BasicProperties(
                message_id=f"order-{number}",
                content_type="application/json",
                delivery_mode=pika.DeliveryMode.Persistent,
            ),
            mandatory=True,  # an error, if no queue takes it
        )
    print(f"confirmed: order-{number}")


def handle(channel, method, properties, body: bytes) -> None:
    again = " (redelivered)" if method.redelivered else ""
    try:
        number = json.loads(body)["order"]
    except (ValueError, KeyError, TypeError) as error:
        print(f"unreadable: {error!r}", flush=True)
        channel.basic_reject(method.delivery_tag, requeue=False)  # set aside
        return
    print(f"packing order {number}{again}", flush=True)
    time.sleep(2)  # stands for the work
    channel.basic_ack(method.delivery_tag)  # after the work, not before
    print(f"done: {properties.message_id}", flush=True)


def consume() -> None:
    with pika.BlockingConnection(pika.URLParameters(URL)) as connection:
        channel = declare(connection)
        channel.basic_qos(prefetch_count=10)
        channel.basic_consume(QUEUE, handle)

        def stop(signum, frame) -> None:
            connection.add_callback_threadsafe(channel.stop_consuming)

        signal.signal(signal.SIGINT, stop)  # Ctrl-C
        signal.signal(signal.SIGTERM, stop)  # what systemd and Docker send
        print("waiting for orders", flush=True)
        channel.start_consuming()


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        produce(int(sys.argv[2]))
    else:
        consume()
