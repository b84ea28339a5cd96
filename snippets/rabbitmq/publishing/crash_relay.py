import sqlite3
import sys

import pika
import relay


class Crashing(sqlite3.Connection):
    """Ends the program where the relay begins to note that a message was sent."""

    def __enter__(self):
        sys.exit("confirmed, crashed before noting it")


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    relay.relay(sqlite3.connect("shop.db", factory=Crashing), connection)
