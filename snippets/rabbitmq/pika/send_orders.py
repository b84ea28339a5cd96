import sys

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
stored = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)
    channel.confirm_delivery()
    for order in sys.argv[1:]:
        channel.basic_publish("", "orders", order.encode(), stored, mandatory=True)
