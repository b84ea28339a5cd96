import re

import pika
from issuer import issue

SCOPE = "rabbitmq.configure:%2F/orders rabbitmq.write:%2F/amq.default"
TOKENS = {
    "has expired": issue(SCOPE, seconds=-60),
    "is for another service": issue(SCOPE, aud="billing"),
    "was changed on the way": issue(SCOPE)[:-8] + "tampered",
    "has no permission in this virtual host": issue(SCOPE.replace("%2F", "shop")),
    "has no permission to publish": issue("rabbitmq.configure:%2F/orders"),
}

print("The token … | What pika raises")
for name, token in TOKENS.items():
    login = pika.PlainCredentials("ignored", token)
    broker = pika.ConnectionParameters("localhost", credentials=login)
    try:
        with pika.BlockingConnection(broker) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish("", "orders", b"{}", mandatory=True)
    except pika.exceptions.AMQPError as error:
        _, text = re.findall(r"\(\d+[),] (['\"])(.*?)\1", str(error))[0]
        print(f"*{name}* | `{type(error).__name__}: {text}`")
