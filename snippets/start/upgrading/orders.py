"""`python orders.py PORT COUNT`: publish orders, then say how many wait there."""

import sys

import pika

port, count = int(sys.argv[1]), int(sys.argv[2])
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", port))
channel = connection.channel()
channel.confirm_delivery()
arguments = {"x-queue-type": "quorum"}
channel.queue_declare("orders", durable=True, arguments=arguments)
for number in range(count):
    body = f"order {number}".encode()
    channel.basic_publish("", "orders", body, mandatory=True)
waiting = channel.queue_declare("orders", passive=True).method.message_count
print(f"{port}: {waiting} orders")
connection.close()
