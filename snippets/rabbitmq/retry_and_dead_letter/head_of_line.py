import time

import pika

QUORUM = {"x-queue-type": "quorum"}
TO_WORK = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "reminders"}


def due() -> int:
    return channel.queue_declare("reminders", passive=True).method.message_count


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("reminders", durable=True, arguments=QUORUM)
    channel.queue_declare("later", durable=True, arguments={**QUORUM, **TO_WORK})
    channel.confirm_delivery()
    for milliseconds in ("1500", "100"):
        expires = pika.BasicProperties(expiration=milliseconds)
        channel.basic_publish("", "later", b"reminder", expires, mandatory=True)
    began = time.monotonic()
    connection.sleep(0.6)
    print("due after 0.6 s:", due())
    #> due after 0.6 s: 0
    while due() < 2 and time.monotonic() - began < 10:
        connection.sleep(0.05)
    waited = time.monotonic() - began
    print("both are due, after 1.5 s:", waited >= 1.4)
    #> both are due, after 1.5 s: True
