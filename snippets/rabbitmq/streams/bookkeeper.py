"""Read a stream and book each of its events once, in a SQLite file.

Guarantees: each event is booked once, in the order of the stream, even if readers
are killed, frozen and thawed, or two of them run at the same time.
Limits: one position for the whole stream, so a second reader waits in reserve and
shares no work. A reader that is frozen inside its transaction keeps the file
locked: others then end with "database is locked". An event that cannot be booked
ends the reader each time. Events that the stream has dropped before they were read
are missing without an error.
Needs: the stream "order-events", and something that restarts the reader.
You bring: an effect that belongs in the same transaction as the position. What
happens elsewhere (an email, a payment) may be repeated.
"""

import signal
import sqlite3
import sys
import time
from types import FrameType
from typing import cast

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0

database = sqlite3.connect("ledger.db", timeout=5)
with database:
    database.execute("CREATE TABLE IF NOT EXISTS ledger (event TEXT)")
    database.execute(
        "CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY, next INTEGER)"
    )
    database.execute("INSERT OR IGNORE INTO position VALUES (1, 0)")
(begin,) = database.execute("SELECT next FROM position").fetchone()


def book(
    channel: BlockingChannel,
    method: Basic.Deliver,
    properties: BasicProperties,
    body: bytes,
) -> None:
    time.sleep(SECONDS)  # stands for the work
    offset = int(str((properties.headers or {})["x-stream-offset"]))
    with database:  # the place in the stream and the effect: both, or neither
        # Forward only: a reader that was frozen finds its event booked by another.
        moved = database.execute(
            "UPDATE position SET next = ? WHERE next <= ?", (offset + 1, offset)
        ).rowcount
        if moved:
            database.execute("INSERT INTO ledger VALUES (?)", (body.decode(),))
    print(f"{'booked' if moved else 'skipped'} {body.decode()}", flush=True)
    channel.basic_ack(cast(int, method.delivery_tag))


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)
    start = {"x-stream-offset": begin}
    channel.basic_consume("order-events", book, arguments=start)

    def stop(signum: int, frame: FrameType | None) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print(f"reading from {begin}", flush=True)
    channel.start_consuming()
