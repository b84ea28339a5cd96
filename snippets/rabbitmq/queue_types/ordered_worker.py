import signal
import sys
import time

import pika

ONE_AT_A_TIME = {"x-queue-type": "quorum", "x-single-active-consumer": True}
name = sys.argv[1]


def handle(channel, method, properties, body: bytes) -> None:
    print(f"{name}: step {body.decode()}")
    time.sleep(0.5)  # stands for the work
    channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("order-17", durable=True, arguments=ONE_AT_A_TIME)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("order-17", handle)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print(f"{name}: ready")
    channel.start_consuming()
