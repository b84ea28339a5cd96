import time
import uuid

import pika
from pika.exceptions import AMQPError

START = {"x-stream-offset": "first"}


def count() -> int | None:
    """Events in the stream, up to a mark that this function adds at the end."""
    mark, found = f"mark {uuid.uuid4()}".encode(), 0
    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1000)
        channel.confirm_delivery()
        channel.basic_publish("", "order-events", mark, mandatory=True)
        events = channel.consume("order-events", arguments=START)
        for method, _, body in events:
            channel.basic_ack(method.delivery_tag)
            if body == mark:
                return found
            found += not body.startswith(b"mark ")


for _ in range(100):
    try:
        print(f"in the stream, counted: {count()}")
        break
    except AMQPError:  # a stream needs a moment after the start of the broker
        time.sleep(0.3)
