import time

import pika

# Each report takes half a second, and the consumer may hold it for four.
QUEUE = {"x-queue-type": "quorum", "x-consumer-timeout": 4000}
COUNT, SECONDS = 20, 0.5


def work(prefetch: int) -> int:
    """Do all reports, and return how many the consumer acknowledged."""
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        channel.queue_delete("reports")
        channel.queue_declare("reports", durable=True, arguments=QUEUE)
        for _ in range(COUNT):
            channel.basic_publish("", "reports", b"{}")
        channel.basic_qos(prefetch_count=prefetch)
        done = 0
        for method, _, _ in channel.consume("reports"):
            time.sleep(SECONDS)  # stands for the work
            channel.basic_ack(method.delivery_tag)
            done += 1
            if done == COUNT:
                break
    return done


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
for prefetch in (1, COUNT):
    done = work(prefetch)
    with pika.BlockingConnection(broker) as connection:
        queue = connection.channel().queue_declare("reports", passive=True)
        left = queue.method.message_count
    again = "some will be done again" if left else "none left"
    print(f"prefetch {prefetch}: {done} acknowledged, {again}")
