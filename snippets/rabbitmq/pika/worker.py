import os
import random
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, AMQPError

# pika raises the second when a connection takes too long; it is no AMQPError.
LOST = (AMQPConnectionError, AMQPConnectorException, OSError)

HEARTBEAT = int(os.environ.get("HEARTBEAT", "30"))  # seconds
broker = pika.ConnectionParameters(
    "localhost", heartbeat=HEARTBEAT, blocked_connection_timeout=30
)
told_to_stop = threading.Event()
pool = ThreadPoolExecutor(max_workers=4)
in_hand: set[Future] = set()


def write_invoice(order: str) -> None:
    """Runs in a thread of the pool; knows nothing of connections."""
    print(f"begun {order}\n", end="", flush=True)  # in one piece: threads print, too
    time.sleep(4 if order == "order-17" else 0.01)
    print(f"done {order}\n", end="", flush=True)


def receive(channel, method, properties, body: bytes) -> None:
    def answer() -> None:  # in the connection's own thread again
        if channel.is_open:
            send = channel.basic_reject if job.exception() else channel.basic_ack
            send(method.delivery_tag)
        in_hand.discard(job)

    def done(job: Future) -> None:
        try:
            channel.connection.add_callback_threadsafe(answer)
        except AMQPError:
            print("cannot answer: that connection is gone", file=sys.stderr)

    job = pool.submit(write_invoice, body.decode())
    in_hand.add(job)
    job.add_done_callback(done)


def consume() -> None:
    """One life of a connection: until it is lost, or until told to stop."""
    with pika.BlockingConnection(broker) as connection:
        in_hand.clear()  # what an earlier connection delivered comes again
        channel = connection.channel()
        channel.queue_declare("orders", durable=True)
        channel.basic_qos(prefetch_count=4)  # as many as there are threads
        channel.basic_consume("orders", receive)
        print("connected", file=sys.stderr)
        while not told_to_stop.is_set():
            connection.process_data_events(time_limit=0.5)
            if not channel.consumer_tags:
                raise AMQPConnectionError("the broker has ended the consumer")
        channel.stop_consuming()  # nothing new; what was not begun goes back
        while in_hand:
            connection.process_data_events(time_limit=0.1)


for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: told_to_stop.set())
while not told_to_stop.is_set():
    try:
        consume()
    except LOST as error:
        print(f"lost: {error!r}", file=sys.stderr)
        # Not all workers at the same moment, please.
        told_to_stop.wait(random.uniform(0.5, 1.5))
