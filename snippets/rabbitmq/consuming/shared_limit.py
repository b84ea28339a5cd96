import time

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def held(queue_type: str) -> int:
    """How many of six messages two consumers of one channel hold unanswered."""
    queue, got = f"jobs-{queue_type}", []
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        kind = {"x-queue-type": queue_type}
        channel.queue_declare(queue, durable=True, arguments=kind)
        channel.confirm_delivery()
        for _ in range(6):
            channel.basic_publish("", queue, b"job", mandatory=True)
        channel.basic_qos(prefetch_count=2, global_qos=True)  # two for the channel?
        for _ in range(2):
            channel.basic_consume(queue, lambda *job: got.append(job))
        end = time.monotonic() + 2
        while len(got) < 4 and time.monotonic() < end:
            connection.process_data_events(time_limit=0.1)
    return len(got)


print("classic:", held("classic"))
#> classic: 4
print("quorum:", held("quorum"))
#> quorum: 4
