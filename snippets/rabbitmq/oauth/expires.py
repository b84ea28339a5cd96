import time

import pika
from issuer import issue

SCOPE = "rabbitmq.configure:%2F/orders rabbitmq.write:%2F/amq.default"

login = pika.PlainCredentials("ignored", issue(SCOPE, seconds=4))
broker = pika.ConnectionParameters("localhost", credentials=login)
connection = pika.BlockingConnection(broker)
try:
    channel = connection.channel()
    channel.confirm_delivery()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        channel.basic_publish("", "orders", b"{}", mandatory=True)
        connection.sleep(0.5)
except pika.exceptions.AMQPError as error:
    print(f"{error!r}")
