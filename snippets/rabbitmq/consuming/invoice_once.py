import signal
import sqlite3
import sys

import pika

QUORUM = {"x-queue-type": "quorum"}
CRASH = "crash" in sys.argv

database = sqlite3.connect("shop.db", timeout=5)
database.execute("CREATE TABLE IF NOT EXISTS handled (message_id TEXT PRIMARY KEY)")
database.execute("CREATE TABLE IF NOT EXISTS invoices (order_id TEXT)")


def write_invoice(channel, method, properties, body: bytes) -> None:
    message_id = properties.message_id
    try:
        with database:  # the effect and the note about it: both, or neither
            database.execute("INSERT INTO handled VALUES (?)", (message_id,))
            database.execute("INSERT INTO invoices VALUES (?)", (message_id,))
        print(f"{message_id}: invoice written", flush=True)
    except sqlite3.IntegrityError:
        print(f"{message_id}: handled before", flush=True)
    if CRASH:
        sys.exit("crashed before the ack")
    channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume("orders", write_invoice)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    channel.start_consuming()
