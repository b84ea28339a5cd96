"""The invoice service: one invoice for each paid order, however often it is told."""

import sqlite3

from messages import OrderPaid, Unreadable, from_message, to_message


def publish(channel, order: OrderPaid) -> None:
    properties, body = to_message(order)
    channel.basic_publish("events", "order.paid", body, properties, mandatory=True)


def write_invoice(database: sqlite3.Connection, message_id: str, order: OrderPaid):
    with database:  # the note and the effect: both, or neither
        database.execute("INSERT OR IGNORE INTO handled VALUES (?)", (message_id,))
        if database.execute("SELECT changes()").fetchone() == (1,):
            invoice = (order.order_id, order.cents, order.currency)
            database.execute("INSERT INTO invoices VALUES (?, ?, ?)", invoice)


def work(channel, database: sqlite3.Connection, idle: float) -> None:
    """Handle messages until none came for `idle` seconds."""
    channel.basic_qos(prefetch_count=10)
    for method, properties, body in channel.consume(
        "invoices", inactivity_timeout=idle
    ):
        if method is None:
            break
        try:
            order = from_message(properties, body)
        except Unreadable:
            channel.basic_reject(method.delivery_tag, requeue=False)
            continue
        write_invoice(database, properties.message_id, order)
        channel.basic_ack(method.delivery_tag)
    channel.cancel()
