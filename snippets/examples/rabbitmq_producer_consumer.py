"""Send an order that does not get lost, and handle it once it arrives."""

import json
import os
import signal
import sys
import time

import pika

URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/%2F")
QUEUE = "shop.orders"


def declare(connection: pika.BlockingConnection):
    channel = connection.channel()
    # A quorum queue is stored on disk, and so are its messages.
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
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
        print(f"unreadable: {error!r}")
        channel.basic_reject(method.delivery_tag, requeue=False)  # or it comes back
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
