from pathlib import Path

import pika


def connect(user: str, vhost: str, password: str) -> pika.BlockingConnection:
    login = pika.PlainCredentials(user, password)
    return pika.BlockingConnection(
        pika.ConnectionParameters("localhost", virtual_host=vhost, credentials=login)
    )


def report(what: str, error: Exception) -> None:
    print(f"{what}: {type(error).__name__}")
    print(f"    {error}")


web = Path("shop-web.password").read_text()
worker = Path("shop-worker.password").read_text()
for what, user, vhost, password in (
    ("wrong password", "shop-web", "shop", "guess"),
    ("no such user", "shop-wep", "shop", web),
    ("no such vhost", "shop-web", "shopp", web),
    ("not this vhost", "shop-web", "/", web),
):
    try:
        connect(user, vhost, password)
    except pika.exceptions.AMQPConnectionError as error:
        report(what, error)

for what, user, password, act in (
    ("declare", "shop-worker", worker, lambda it: it.queue_declare("mine")),
    ("publish", "shop-worker", worker, lambda it: it.basic_publish("", "signups", b"")),
    ("consume", "shop-web", web, lambda it: it.basic_consume("signups", print)),
):
    with connect(user, "shop", password) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            act(channel)
        except pika.exceptions.ChannelClosedByBroker as error:
            report(f"{user} may not {what}", error)
