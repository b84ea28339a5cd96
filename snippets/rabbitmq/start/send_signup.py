import json

import pika

QUORUM = {"x-queue-type": "quorum"}  # kept on disk, replicated in a cluster

signup = {"id": "signup-1", "name": "Amina", "email": "amina@example.com"}

# A broker short of memory or disk makes publishers wait: not for ever, please.
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("signups", durable=True, arguments=QUORUM)
    # From here on basic_publish returns when the broker has stored the message.
    channel.confirm_delivery()
    channel.basic_publish(
        exchange="",
        routing_key="signups",
        body=json.dumps(signup).encode(),
        properties=pika.BasicProperties(
            message_id=signup["id"],
            content_type="application/json",
            delivery_mode=pika.DeliveryMode.Persistent,
        ),
        mandatory=True,  # raise an error when no queue gets the message
    )
print(f"sent {signup['id']}")
