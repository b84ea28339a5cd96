import pika

FIRST, WHEN = {"x-stream-offset": "first"}, {"x-stream-offset": "yesterday"}
STREAM = "order-events"


def ignore(*_) -> None:
    """A consumer that does nothing."""


def answer(attempt) -> str:
    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    connection = pika.BlockingConnection(broker)
    try:
        attempt(connection.channel())
    except pika.exceptions.ConnectionClosedByBroker as error:
        return f"connection | {error.reply_code} {error.reply_text}"
    except pika.exceptions.ChannelClosedByBroker as error:
        connection.close()
        return f"channel | {error.reply_code} {error.reply_text}"


def limited(channel):
    channel.basic_qos(prefetch_count=100)
    return channel


ATTEMPTS = {
    "basic_get": lambda c: c.basic_get(STREAM),
    "consume without basic_qos": lambda c: c.basic_consume(
        STREAM, ignore, arguments=FIRST
    ),
    "consume with auto_ack=True": lambda c: limited(c).basic_consume(
        STREAM, ignore, auto_ack=True, arguments=FIRST
    ),
    "queue_purge": lambda c: c.queue_purge(STREAM),
    "an offset that is none": lambda c: limited(c).basic_consume(
        STREAM, ignore, arguments=WHEN
    ),
}
print("You try | What is closed | Answer")
for name, attempt in ATTEMPTS.items():
    print(name, answer(attempt), sep=" | ")
