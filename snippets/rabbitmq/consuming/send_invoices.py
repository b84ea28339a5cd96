import sys

import pika
from invoice_once import declare

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    declare(channel)
    channel.confirm_delivery()
    for message_id in sys.argv[1:]:
        properties = pika.BasicProperties(
            message_id=message_id, delivery_mode=pika.DeliveryMode.Persistent
        )
        channel.basic_publish("", "invoices", b"{}", properties, mandatory=True)
