import time

import pika


def open_channel(vhost: str):
    there = pika.ConnectionParameters("localhost", virtual_host=vhost, socket_timeout=5)
    return pika.BlockingConnection(there).channel()


shop, berlin = open_channel("/"), open_channel("berlin")
for channel in (shop, berlin):
    channel.exchange_declare("events", "topic", durable=True)
berlin.queue_declare("mails", durable=True, arguments={"x-queue-type": "quorum"})
berlin.queue_bind("mails", "events", "order.paid")  # this binding travels to the shop

received, deadline = None, time.monotonic() + 30
while received is None and time.monotonic() < deadline:
    # Again and again, for nobody in the shop wants it before the link is up.
    shop.basic_publish("events", "order.paid", b"order-17")
    for _, _, body in berlin.consume("mails", inactivity_timeout=0.5, auto_ack=True):
        received = body
        break
print("berlin got", received)
