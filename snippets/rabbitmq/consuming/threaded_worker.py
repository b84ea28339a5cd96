import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pika

QUORUM = {"x-queue-type": "quorum"}
jobs: set[Future] = set()


def write_invoice(message_id: str) -> None:
    """Runs in a thread of the pool and knows nothing of the channel."""
    time.sleep(4)
    print(f"{message_id}: done", flush=True)


def receive(channel, method, properties, body: bytes) -> None:
    again = " (redelivered)" if method.redelivered else ""
    print(f"{properties.message_id}: working{again}", flush=True)

    def answer() -> None:  # in the connection's own thread again
        jobs.discard(job)
        # A rejected message comes again and counts towards the delivery limit.
        send = channel.basic_reject if job.exception() else channel.basic_ack
        send(method.delivery_tag)

    job = pool.submit(write_invoice, properties.message_id)
    jobs.add(job)
    job.add_done_callback(lambda _: connection.add_callback_threadsafe(answer))


def stop(signum, frame) -> None:
    connection.add_callback_threadsafe(channel.stop_consuming)


pool = ThreadPoolExecutor(max_workers=4)
broker = pika.ConnectionParameters("localhost", heartbeat=1)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=4)  # as many as there are threads
    channel.basic_consume("orders", receive)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    channel.start_consuming()
    while jobs:  # told to stop: finish what was begun
        connection.process_data_events(time_limit=0.1)
