import json

import pika
from pika.exceptions import NackError, UnroutableError

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
order = {"id": "order-17", "total": 320}
properties = pika.BasicProperties(
    content_type="application/json",
    delivery_mode=pika.DeliveryMode.Persistent,
    message_id=order["id"],
    expiration="60000",  # milliseconds, as a string
    headers={"attempt": 1},
)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)
    channel.confirm_delivery()
    for queue in ("orders", "oders"):
        try:
            body = json.dumps(order).encode()
            channel.basic_publish("", queue, body, properties, mandatory=True)
            print("stored")
            #> stored
        except (UnroutableError, NackError) as error:
            print(type(error).__name__)
            #> UnroutableError
