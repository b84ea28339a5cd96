"""Publish the rows of an outbox table, each until the broker has confirmed it.

Guarantees: each committed row is published at least once, and is noted as sent only
after the broker has stored its message. A row that the broker refuses does not hold
back the others, and the next run tries it again.
Limits: after a crash or a lost confirm, or when two relays run at once, a message is
published again with the same `message_id`. Rows that failed arrive later than rows
behind them. Sent rows stay in the table until you delete them.
Needs: the table of shop.py in the file "shop.db", and something that runs the relay
again and again, such as a systemd timer. Exit status 1: something was not sent.
You bring: consumers that recognize a repeated `message_id`.
"""

import sqlite3
import sys

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPChannelError, NackError, UnroutableError

QUORUM = {"x-queue-type": "quorum"}
REFUSED = (AMQPChannelError, NackError, UnroutableError)
UNSENT = """SELECT rowid, message_id, body FROM outbox
            WHERE NOT sent AND rowid > ? ORDER BY rowid LIMIT 100"""
SENT = "UPDATE outbox SET sent = 1 WHERE message_id = ?"


def relay(database: sqlite3.Connection, connection: pika.BlockingConnection) -> int:
    """Publish everything that is not sent yet; return how many rows were refused."""
    channel: BlockingChannel | None = None
    refused = last = 0
    while rows := database.execute(UNSENT, (last,)).fetchall():
        for row, message_id, body in rows:
            last = row
            if channel is None or channel.is_closed:  # an error closes a channel
                channel = connection.channel()
                channel.queue_declare("orders", durable=True, arguments=QUORUM)
                channel.confirm_delivery()
            properties = pika.BasicProperties(
                message_id=message_id, delivery_mode=pika.DeliveryMode.Persistent
            )
            try:
                channel.basic_publish(
                    "", "orders", body.encode(), properties, mandatory=True
                )
            except REFUSED as error:
                print(f"{message_id}: {error!r}", file=sys.stderr)
                refused += 1
                continue
            with database:  # only a confirmed message counts as sent
                database.execute(SENT, (message_id,))
            print(f"{message_id}: sent")
    return refused


if __name__ == "__main__":
    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    with pika.BlockingConnection(broker) as connection:
        refused = relay(sqlite3.connect("shop.db", timeout=5), connection)
    sys.exit(1 if refused else 0)
