import pika


def share(prefetch: int) -> tuple[int, int]:
    """Give 20 jobs to a quick worker and to one that is stuck in its first job."""
    done, held = [], []

    def work(channel, method, properties, body: bytes) -> None:
        done.append(body)
        channel.basic_ack(method.delivery_tag)

    def get_stuck(channel, method, properties, body: bytes) -> None:
        held.append(body)  # and never an ack

    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    with pika.BlockingConnection(broker) as connection:
        quick, slow = connection.channel(), connection.channel()
        quick.queue_declare("jobs", exclusive=True)  # gone with this connection
        for channel, callback in ((slow, get_stuck), (quick, work)):
            channel.basic_qos(prefetch_count=prefetch)
            channel.basic_consume("jobs", callback)
        for number in range(20):
            quick.basic_publish("", "jobs", str(number).encode())
        while len(done) + len(held) < 20:
            connection.process_data_events(time_limit=1)
    return len(done), len(held)


print("Prefetch | Done by the quick worker | Held by the stuck one")
for prefetch in (0, 5, 1):
    print(prefetch or "0: no limit", *share(prefetch), sep=" | ")
