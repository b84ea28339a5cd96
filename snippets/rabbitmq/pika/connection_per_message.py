import time

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def publish(channel, count: int) -> None:
    channel.confirm_delivery()
    for _ in range(count):
        channel.basic_publish("", "orders", b"{}", mandatory=True)


with pika.BlockingConnection(broker) as connection:
    connection.channel().queue_declare("orders", durable=True)
    started = time.perf_counter()
    publish(connection.channel(), 100)
    one = time.perf_counter() - started

started = time.perf_counter()
for _ in range(100):  # wrong: the handshake takes longer than the message
    with pika.BlockingConnection(broker) as connection:
        publish(connection.channel(), 1)
hundred = time.perf_counter() - started
print("more than three times as slow:", hundred > 3 * one)
#> more than three times as slow: True
