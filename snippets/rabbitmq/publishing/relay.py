import sqlite3
import sys

import pika

QUORUM = {"x-queue-type": "quorum"}
UNSENT = "SELECT message_id, body FROM outbox WHERE NOT sent ORDER BY rowid LIMIT 100"

database = sqlite3.connect("shop.db", timeout=5)
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for message_id, body in database.execute(UNSENT).fetchall():
        properties = pika.BasicProperties(
            message_id=message_id, delivery_mode=pika.DeliveryMode.Persistent
        )
        channel.basic_publish("", "orders", body.encode(), properties, mandatory=True)
        if "crash" in sys.argv:
            sys.exit(f"{message_id}: confirmed, crashed before noting it")
        # Only a confirmed message counts as sent.
        with database:
            database.execute(
                "UPDATE outbox SET sent = 1 WHERE message_id = ?", (message_id,)
            )
        print(f"{message_id}: sent")
