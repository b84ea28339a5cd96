import os
import signal
import sys
import time

import pika

BROKER_PID, CONFIRMS = int(sys.argv[1]), sys.argv[2] == "confirms"
STORED = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
channel = pika.BlockingConnection(broker).channel()
channel.queue_declare("orders", durable=True)
if CONFIRMS:
    channel.confirm_delivery()
returned, kill_at = 0, time.monotonic() + 1
try:
    while True:
        if time.monotonic() > kill_at:
            os.kill(BROKER_PID, signal.SIGKILL)
            kill_at = float("inf")  # once is enough
        channel.basic_publish("", "orders", b"{}", STORED, mandatory=CONFIRMS)
        returned += 1
except pika.exceptions.AMQPError as error:
    print(type(error).__name__)
print(f"basic_publish returned, counted: {returned}")
