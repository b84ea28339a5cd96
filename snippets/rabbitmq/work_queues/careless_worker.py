"""Usage: careless_worker.py [NAME SECONDS_FOR_EACH_ORDER]"""

import sys
import time

import pika

QUORUM = {"x-queue-type": "quorum"}
name, seconds = sys.argv[1:] or ("ben", "0.2")

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=1)  # has no effect together with auto_ack
    # Wrong: the broker forgets each message in the moment it sends it.
    for method, _, body in channel.consume("invoices", True, inactivity_timeout=1):
        if method is None:
            break
        print(f"{name}: {body.decode()}")
        time.sleep(float(seconds))
        print(f"{name}: done {body.decode()}")
