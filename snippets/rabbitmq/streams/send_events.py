import sys

import pika

STREAM = {
    "x-queue-type": "stream",
    "x-max-age": "30D",
    "x-max-length-bytes": 5_000_000_000,
}
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("order-events", durable=True, arguments=STREAM)
    channel.confirm_delivery()
    for event in sys.argv[1:]:
        channel.basic_publish("", "order-events", event.encode(), mandatory=True)
print(f"stored: {len(sys.argv) - 1}")
