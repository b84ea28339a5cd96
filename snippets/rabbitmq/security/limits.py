from pathlib import Path

import pika
import requests

API, ADMIN = "http://localhost:15672/api", ("guest", "guest")


def limit(path: str, value: int) -> None:
    body = {"value": value}
    answer = requests.put(f"{API}/{path}", json=body, auth=ADMIN, timeout=10)
    answer.raise_for_status()


def connect(user: str) -> pika.BlockingConnection:
    login = pika.PlainCredentials(user, Path(f"{user}.password").read_text())
    broker = pika.ConnectionParameters(
        "localhost", virtual_host="shop", credentials=login
    )
    return pika.BlockingConnection(broker)


def declare_two_queues() -> None:
    with connect("shop-deploy") as connection:
        channel = connection.channel()
        for queue in ("orders", "invoices"):
            channel.queue_declare(queue, durable=True)


def three_connections(user: str) -> None:
    connections = []
    try:
        for _ in range(3):
            connections.append(connect(user))
    finally:
        for connection in connections:
            connection.close()


def three_channels(user: str) -> None:
    connection = connect(user)
    for _ in range(3):
        connection.channel()


limit("vhost-limits/shop/max-queues", 1)
limit("vhost-limits/shop/max-connections", 2)
limit("user-limits/shop-web/max-connections", 1)
limit("user-limits/shop-web/max-channels", 2)
for act, *user in (
    (declare_two_queues,),
    (three_connections, "shop-worker"),
    (three_connections, "shop-web"),
    (three_channels, "shop-web"),
):
    try:
        act(*user)
    except pika.exceptions.AMQPError as error:
        print(f"{act.__name__}: {type(error).__name__}")
        print(f"    {error}")
