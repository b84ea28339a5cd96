"""Write one invoice for each order, although its message may come several times.

Guarantees: each order gets one invoice, even if workers are killed, lose a message to
another worker while they work on it, or run at the same time, and even if the publisher
sends the message again. A message is acknowledged after its effect is committed. One
without an id, and one that has failed 21 times, goes to the queue "invoices.dead".
Limits: the effect has to be in the same database as the record of it. What happens
elsewhere (an email, a payment) may be repeated. The table "handled" grows: delete rows
that are older than the last time at which a message may come again. Several workers
do not keep the order of the messages.
Needs: RabbitMQ 3.10 or newer, and something that restarts the worker.
You bring: a `message_id` that is the same whenever the same event is published.
"""

import signal
import sqlite3
from types import FrameType
from typing import cast

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

TABLES = """
CREATE TABLE IF NOT EXISTS handled (message_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS invoices (order_id TEXT);
"""
QUORUM = {"x-queue-type": "quorum"}
LIMITED = {
    **QUORUM,
    "x-delivery-limit": 20,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "invoices.dead",
    # A dead letter stays here until "invoices.dead" has confirmed it.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # at-least-once needs this
}


def declare(channel: BlockingChannel) -> None:
    channel.queue_declare("invoices.dead", durable=True, arguments=QUORUM)
    channel.queue_declare("invoices", durable=True, arguments=LIMITED)


def write_invoice(database: sqlite3.Connection, message_id: str) -> bool:
    """Return False if the message was handled before."""
    record = "INSERT OR IGNORE INTO handled VALUES (?)"
    with database:  # the record and the effect: both, or neither
        new = database.execute(record, (message_id,)).rowcount == 1
        if new:
            database.execute("INSERT INTO invoices VALUES (?)", (message_id,))
    return new


def main() -> None:
    database = sqlite3.connect("shop.db", timeout=5)
    database.executescript(TABLES)

    def handle(
        channel: BlockingChannel,
        method: Basic.Deliver,
        properties: BasicProperties,
        body: bytes,
    ) -> None:
        tag, message_id = cast(int, method.delivery_tag), properties.message_id
        if not message_id:  # its repetition could not be recognized
            print("set aside: no message_id", flush=True)
            channel.basic_reject(tag, requeue=False)
            return
        try:
            new = write_invoice(database, message_id)
        except Exception as error:  # may work later; the limit ends it
            print(f"{message_id}: {error!r}", flush=True)
            channel.basic_reject(tag, requeue=True)
            return
        done = "invoice written" if new else "handled before"
        print(f"{message_id}: {done}", flush=True)
        channel.basic_ack(tag)

    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        declare(channel)
        # One: a message that kills its worker counts against no other message.
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("invoices", handle)

        def stop(signum: int, frame: FrameType | None) -> None:
            connection.add_callback_threadsafe(channel.stop_consuming)

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        channel.start_consuming()


if __name__ == "__main__":
    main()
