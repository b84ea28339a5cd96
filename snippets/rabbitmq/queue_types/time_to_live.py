import time

import pika

CODES = {"x-queue-type": "quorum", "x-message-ttl": 300}  # a message lives 0.3 s
CART = {"x-queue-type": "classic", "x-expires": 300}  # an unused queue lives 0.3 s


def waiting(queue: str) -> str:
    try:
        answer = connection.channel().queue_declare(queue, passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        return "no such queue"
    return str(answer.method.message_count)


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("codes", durable=True, arguments=CODES)
    channel.queue_declare("cart-9", durable=True, arguments=CART)
    channel.confirm_delivery()
    channel.basic_publish("", "codes", b"4711", mandatory=True)
    deadline = time.monotonic() + 10
    while waiting("codes") != "0" and time.monotonic() < deadline:
        connection.sleep(0.05)
    connection.sleep(1)  # leave the cart alone
    print("codes:", waiting("codes"))
    #> codes: 0
    print("cart-9:", waiting("cart-9"))
    #> cart-9: no such queue
