import signal
import sqlite3
import sys
import time

import pika

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0

database = sqlite3.connect("ledger.db", timeout=5)
database.execute("CREATE TABLE IF NOT EXISTS ledger (event TEXT)")
database.execute("CREATE TABLE IF NOT EXISTS position (next_offset INTEGER)")
row = database.execute("SELECT max(next_offset) FROM position").fetchone()
begin = "first" if row[0] is None else row[0]


def book(channel, method, properties, body: bytes) -> None:
    time.sleep(SECONDS)
    offset = int(properties.headers["x-stream-offset"])
    with database:  # the effect and the place in the stream: both, or neither
        database.execute("INSERT INTO ledger VALUES (?)", (body.decode(),))
        database.execute("DELETE FROM position")
        database.execute("INSERT INTO position VALUES (?)", (offset + 1,))
    print(f"booked {body.decode()}", flush=True)
    channel.basic_ack(method.delivery_tag)


with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)
    start = {"x-stream-offset": begin}
    channel.basic_consume("order-events", book, arguments=start)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print(f"reading from {begin}", flush=True)
    channel.start_consuming()
