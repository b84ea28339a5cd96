import json
import time

import pika

QUORUM = {"x-queue-type": "quorum"}


def send_welcome_email(channel, method, properties, body: bytes) -> None:
    signup = json.loads(body)
    print(f"{properties.message_id}: writing to {signup['email']}")
    time.sleep(2)  # stands for a slow mail server
    print(f"{properties.message_id}: done")


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("signups", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=10)
    # Wrong: the broker forgets each message as it sends it, before the work.
    channel.basic_consume("signups", send_welcome_email, auto_ack=True)
    try:
        channel.start_consuming()
    except KeyboardInterrupt:
        channel.stop_consuming()
