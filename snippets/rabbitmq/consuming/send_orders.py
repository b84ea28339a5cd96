import sys

import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for message_id in sys.argv[1:]:
        properties = pika.BasicProperties(
            message_id=message_id, delivery_mode=pika.DeliveryMode.Persistent
        )
        channel.basic_publish("", "orders", b"{}", properties, mandatory=True)
