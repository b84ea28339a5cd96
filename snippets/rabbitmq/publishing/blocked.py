import time

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=2)
connection = pika.BlockingConnection(broker)
channel = connection.channel()
channel.queue_declare("orders", durable=True)
channel.confirm_delivery()
started = time.monotonic()
try:
    channel.basic_publish("", "orders", b"{}", mandatory=True)
    print("confirmed")
except pika.exceptions.ConnectionBlockedTimeout as error:
    print(f"ConnectionBlockedTimeout: {error}")
    print(f"after {time.monotonic() - started:.1f} s")
