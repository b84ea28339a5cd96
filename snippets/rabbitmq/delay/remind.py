import time

import pika
from delays import accept, declare, publish_later

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare(
        "reminders", durable=True, arguments={"x-queue-type": "quorum"}
    )
    declare(channel)
    accept(channel, "reminders")
    channel.confirm_delivery()
    began = time.monotonic()
    for name, seconds in (("amina", 5), ("bilal", 1), ("chen", 3)):
        properties = pika.BasicProperties(message_id=f"remind-{name}")
        publish_later(channel, "reminders", name.encode(), properties, seconds)
    print("three reminders are stored")
    reminders = channel.consume("reminders")
    for _ in range(3):
        method, properties, body = next(reminders)
        channel.basic_ack(method.delivery_tag)
        print(f"{time.monotonic() - began:.1f} s: {body.decode()}")
    channel.cancel()
