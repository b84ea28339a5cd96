import sys

import pika
from topology import declare

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    declare(channel)
    channel.confirm_delivery()
    for address in sys.argv[1:]:
        channel.basic_publish(
            exchange="",
            routing_key="emails",
            body=address.encode(),
            properties=pika.BasicProperties(
                message_id=f"welcome-{address}",
                delivery_mode=pika.DeliveryMode.Persistent,
            ),
            mandatory=True,
        )
        print(f"queued {address}")
