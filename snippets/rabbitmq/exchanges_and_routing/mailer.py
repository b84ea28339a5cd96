"""Usage: mailer.py [temporary|lasting SECONDS_OF_SILENCE]"""

import sys

import pika

QUORUM = {"x-queue-type": "quorum"}
kind, silence = sys.argv[1:] or ("lasting", "1")

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.exchange_declare("shop", "topic", durable=True)
    if kind == "temporary":  # named by the broker, deleted with the connection
        queue = channel.queue_declare("", exclusive=True).method.queue
    else:
        queue = "emails"
        channel.queue_declare(queue, durable=True, arguments=QUORUM)
    channel.queue_bind(queue, "shop", "order.paid")
    channel.basic_qos(prefetch_count=10)
    print("listening")
    for method, _, body in channel.consume(queue, inactivity_timeout=float(silence)):
        if method is None:
            break
        print(f"thank you for {body.decode()}")
        channel.basic_ack(method.delivery_tag)
