import os
import signal
import sys
import time

import pika

VICTIM = int(sys.argv[1])  # process id of node 1
NODES = [
    pika.ConnectionParameters(
        "localhost", port, socket_timeout=5, blocked_connection_timeout=30
    )
    for port in (5673, 5674, 5675)
]


def connect():
    channel = pika.BlockingConnection(NODES).channel()  # the first node that answers
    channel.confirm_delivery()
    return channel


channel, again, longest = connect(), set(), 0.0
for number in range(300):
    if number == 100:
        os.kill(VICTIM, signal.SIGKILL)
    order = pika.BasicProperties(message_id=f"order-{number}")
    began = time.monotonic()
    while True:
        try:
            channel.basic_publish("", "orders", b"{}", order, mandatory=True)
            break
        except (pika.exceptions.AMQPConnectionError, pika.exceptions.NackError):
            again.add(number)  # the connection is lost, or nobody leads the queue
            time.sleep(0.1)
            channel = connect()
    longest = max(longest, time.monotonic() - began)
print("sent again:", *sorted(again))
print(f"300 orders confirmed, longest wait for one: {longest:.2f} s")
