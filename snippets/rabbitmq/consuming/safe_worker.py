import json

import pika

STORED = {"x-queue-type": "quorum"}
LIMITS = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 3,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "broken-orders",
}


def handle(channel, method, properties, body: bytes) -> None:
    try:
        order = json.loads(body)
    except ValueError:  # broken for ever: set it aside at once
        channel.basic_reject(method.delivery_tag, requeue=False)
        return
    try:
        if order["id"] == "order-13":
            raise ConnectionError("no answer from the printer")
        print(f"{order['id']}: printed")
    except ConnectionError as error:  # may go better next time: counts as an attempt
        print(f"{order['id']}: {error}")
        channel.basic_reject(method.delivery_tag, requeue=True)
    else:
        channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    # Dead letters stay transient if they were: a quorum queue stores them anyway.
    channel.queue_declare("broken-orders", durable=True, arguments=STORED)
    channel.queue_declare("printing", durable=True, arguments=LIMITS)
    channel.confirm_delivery()
    for body in (b'{"id": "order-12"}', b'{"id": "order-13"}', b"{broken"):
        channel.basic_publish("", "printing", body, mandatory=True)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("printing", handle)
    connection.call_later(2, channel.stop_consuming)
    channel.start_consuming()
    aside = channel.queue_declare("broken-orders", passive=True)
    print(f"set aside: {aside.method.message_count}")
