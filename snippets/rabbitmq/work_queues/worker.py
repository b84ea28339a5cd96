"""Usage: worker.py [NAME SECONDS_FOR_EACH_ORDER [PREFETCH]]"""

import signal
import sys
import time

import pika

QUORUM = {"x-queue-type": "quorum"}
name, seconds, *more = sys.argv[1:] or ("anna", "0.2")
prefetch = int(more[0]) if more else 1
stopping = False


def stop(signum, frame) -> None:
    global stopping
    stopping = True


signal.signal(signal.SIGINT, stop)  # Ctrl-C
signal.signal(signal.SIGTERM, stop)  # what systemd and Docker send
broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=prefetch)  # at most so many without an ack
    print(f"{name}: ready")
    # After a second without a message, look again whether to stop.
    for method, _, body in channel.consume("invoices", inactivity_timeout=1):
        if method is not None:
            order = body.decode()
            print(f"{name}: {order}{' (redelivered)' if method.redelivered else ''}")
            time.sleep(float(seconds))  # stands for writing the invoice
            print(f"{name}: done {order}")
            channel.basic_ack(method.delivery_tag)
        if stopping:
            break
    channel.cancel()  # hand back what was delivered and not begun
print(f"{name}: stopped")
