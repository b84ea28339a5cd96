import time

import pika

BROKER = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
MESSAGES = 200


def connection_per_message() -> None:
    for _ in range(MESSAGES):
        with pika.BlockingConnection(BROKER) as connection:
            connection.channel().basic_publish("", "mails", b"{}")


def one_connection() -> None:
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        for _ in range(MESSAGES):
            channel.basic_publish("", "mails", b"{}")


with pika.BlockingConnection(BROKER) as connection:
    connection.channel().queue_declare("mails", durable=True)
seconds = []
for publish in (connection_per_message, one_connection):
    began = time.perf_counter()
    publish()
    seconds.append(time.perf_counter() - began)
print(f"one connection is {seconds[0] / seconds[1]:.1f} × as fast")
