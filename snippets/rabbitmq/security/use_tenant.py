from pathlib import Path

import pika


def connect(user: str) -> pika.BlockingConnection:
    password = Path(f"{user}.password").read_text()
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            "localhost",
            virtual_host="shop",
            credentials=pika.PlainCredentials(user, password),
            blocked_connection_timeout=30,
        )
    )


with connect("shop-deploy") as deploy:  # once, when you deploy
    quorum = {"x-queue-type": "quorum"}
    deploy.channel().queue_declare("signups", durable=True, arguments=quorum)
with connect("shop-web") as web:
    channel = web.channel()
    channel.confirm_delivery()
    channel.basic_publish("", "signups", b"amina@example.com", mandatory=True)
with connect("shop-worker") as worker:
    channel = worker.channel()
    method, _, body = next(channel.consume("signups", inactivity_timeout=5))
    channel.basic_ack(method.delivery_tag)
    print("worker got", body.decode())
