import sqlite3
from contextlib import closing

from tasks import app


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
