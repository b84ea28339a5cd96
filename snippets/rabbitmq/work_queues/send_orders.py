"""Usage: send_orders.py [FIRST LAST]"""

import sys

import pika

QUORUM = {"x-queue-type": "quorum"}
first, last = map(int, sys.argv[1:] or (1, 5))

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    kept = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
    for number in range(first, last + 1):
        body = f"order-{number}".encode()
        channel.basic_publish("", "invoices", body, kept, mandatory=True)
print(f"sent order-{first} to order-{last}")
