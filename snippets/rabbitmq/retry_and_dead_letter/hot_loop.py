import time

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare(
        "impatient", durable=True, arguments={"x-queue-type": "classic"}
    )
    channel.confirm_delivery()
    channel.basic_publish("", "impatient", b"amina@down.example", mandatory=True)
    attempts, began = 0, time.monotonic()
    for method, _, _ in channel.consume("impatient", inactivity_timeout=10):
        attempts += 1  # the mail server is asked, and does not answer
        channel.basic_nack(method.delivery_tag, requeue=True)  # wrong: at once
        if time.monotonic() - began > 1:
            break
print("more than 50 attempts in one second:", attempts > 50)
#> more than 50 attempts in one second: True
