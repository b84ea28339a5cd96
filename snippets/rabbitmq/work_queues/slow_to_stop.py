"""Usage: slow_to_stop.py [SECONDS_FOR_EACH_ORDER]"""

import signal
import sys
import time

import pika

QUORUM = {"x-queue-type": "quorum"}
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5


def write_invoice(channel, method, properties, body: bytes) -> None:
    print(f"writing {body.decode()}")
    time.sleep(seconds)
    channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=5)
    channel.basic_consume("invoices", write_invoice)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGTERM, stop)
    channel.start_consuming()
print("stopped")
