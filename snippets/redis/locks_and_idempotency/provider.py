"""Stands for a payment provider that recognizes an idempotency key."""

import sqlite3
from contextlib import closing


def charge(key: str, order: int) -> str:
    with closing(sqlite3.connect("provider.db", timeout=5)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS charges (key TEXT PRIMARY KEY, receipt)"
        )
        done = database.execute(
            "INSERT INTO charges VALUES (?, ?) ON CONFLICT DO NOTHING",
            (key, f"R-{order}"),
        )
        print("charged" if done.rowcount else "was charged before", flush=True)
        query = "SELECT receipt FROM charges WHERE key = ?"
        return str(database.execute(query, (key,)).fetchone()[0])
