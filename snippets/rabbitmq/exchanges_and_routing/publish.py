"""Usage: publish.py [ORDER]"""

import sys

import pika

QUORUM = {"x-queue-type": "quorum"}
order = sys.argv[1] if len(sys.argv) > 1 else "order-17"

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("shop", "topic", durable=True)
    channel.queue_declare("audit", durable=True, arguments=QUORUM)
    channel.queue_bind("audit", "shop", "#")
    paid = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
    channel.basic_publish("shop", "order.paid", order.encode(), paid, mandatory=True)
print(f"published {order}")
