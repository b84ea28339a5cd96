import sqlite3
from contextlib import closing

import redis
from tasks import app

claims = redis.Redis(db=2, socket_timeout=5, socket_connect_timeout=2)


def effects() -> sqlite3.Connection:
    """The shop's database; the key of a payment can be there once."""
    db = sqlite3.connect("shop.db", timeout=10)
    db.execute("CREATE TABLE IF NOT EXISTS payments (key TEXT PRIMARY KEY, amount INT)")
    return db


@app.task(
    acks_late=True,
    autoretry_for=(sqlite3.OperationalError,),  # the database is busy
    retry_backoff=True,
    max_retries=8,
)
def charge(key: str, amount: int) -> str:
    # The row and the note that it was done are the same thing.
    with closing(effects()) as db, db:
        row = (key, amount)
        new = db.execute("INSERT OR IGNORE INTO payments VALUES (?, ?)", row).rowcount
    return "charged" if new else "was charged before"


@app.task(acks_late=True, autoretry_for=(redis.ConnectionError,), retry_backoff=True)
def send_receipt(key: str) -> str:
    # An e-mail cannot be in a transaction: claim first, and send at most once.
    if not claims.set(f"receipt:{key}", "claimed", nx=True, ex=86400):
        return "was sent before"
    return f"receipt for {key} sent"
