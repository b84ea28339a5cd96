import os
import signal
import sys

import pika

broker_pid, confirmed = int(sys.argv[1]), 0
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
channel = connection.channel()
channel.confirm_delivery()
try:
    while True:
        channel.basic_publish("", "order-events", b"order-17 paid", mandatory=True)
        confirmed += 1
        if confirmed == 500:
            os.kill(broker_pid, signal.SIGKILL)
except pika.exceptions.AMQPConnectionError as error:
    print(type(error).__name__)
print(f"confirmed, counted: {confirmed}")
