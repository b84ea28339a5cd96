import pika

STREAM = {"x-queue-type": "stream"}


def read_once(**where) -> str:
    """The first event that a reader sees after it was away."""
    with pika.BlockingConnection(broker) as connection:
        reader, channel = connection.channel(), connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("news", durable=True, arguments=STREAM)
        channel.basic_publish("", "news", b"while it was away", mandatory=True)
        seen: list[bytes] = []
        reader.basic_qos(prefetch_count=1)
        reader.basic_consume("news", lambda *got: seen.append(got[3]), **where)
        channel.basic_publish("", "news", b"after it came back", mandatory=True)
        while not seen:
            connection.process_data_events(time_limit=10)
        return seen[0].decode()


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
print(read_once())  # wrong: starts with what comes next
#> after it came back
print(read_once(arguments={"x-stream-offset": "first"}))
#> while it was away
