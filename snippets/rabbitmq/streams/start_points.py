import time
from datetime import UTC, datetime

import pika

STREAM = {"x-queue-type": "stream"}
first_message: dict[str, str] = {}


def publish(*events: str) -> None:
    for event in events:
        channel.basic_publish("", "start-points", event.encode(), mandatory=True)


def subscribe(name: str, arguments: dict) -> None:
    def note(channel, method, properties, body: bytes) -> None:
        offset = properties.headers["x-stream-offset"]
        first_message[name] = f"{offset}: {body.decode()}"

    reader = connection.channel()
    reader.basic_qos(prefetch_count=1)  # one message, for we send no ack
    reader.basic_consume("start-points", note, arguments=arguments)


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare("start-points", durable=True, arguments=STREAM)
    publish("placed", "paid")
    time.sleep(2)  # the broker knows times to the second
    mark = datetime.now(UTC)  # pika takes a time without a zone for UTC
    publish("packed", "sent", "delivered")
    begins = {"first": "first", "last": "last", "next": "next", "the number 3": 3}
    begins |= {"the number 99": 99, "the time of the mark": mark, "1h": "1h"}
    for name, begin in begins.items():
        subscribe(name, {"x-stream-offset": begin})
    subscribe("nothing given", {})
    publish("returned")
    end = time.monotonic() + 20
    while len(first_message) < len(begins) and time.monotonic() < end:
        connection.process_data_events(time_limit=1)
print("x-stream-offset | First message")
for name in (*begins, "nothing given"):
    print(name, first_message.get(name, "nothing"), sep=" | ")
