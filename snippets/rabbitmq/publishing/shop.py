import json
import sqlite3
import sys

TABLES = """
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, email TEXT);
CREATE TABLE IF NOT EXISTS outbox (
    message_id TEXT PRIMARY KEY, body TEXT, sent INTEGER DEFAULT 0
);
"""


def place_order(database: sqlite3.Connection, order: dict[str, str]) -> None:
    """Store the order and the message about it: both, or neither."""
    with database:  # one transaction
        database.execute("INSERT INTO orders VALUES (:id, :email)", order)
        database.execute(
            "INSERT INTO outbox (message_id, body) VALUES (?, ?)",
            (order["id"], json.dumps(order)),
        )


if __name__ == "__main__":
    database = sqlite3.connect("shop.db", timeout=5)
    database.executescript(TABLES)
    place_order(database, {"id": sys.argv[1], "email": "amina@example.com"})
    print(f"{sys.argv[1]}: thank you for your order")
