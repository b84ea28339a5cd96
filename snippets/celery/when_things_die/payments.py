import sqlite3
import time
from contextlib import closing

from orders import app


def shop() -> sqlite3.Connection:
    """The shop's database: one row for each paid order."""
    db = sqlite3.connect("shop.db", timeout=20)
    db.execute("CREATE TABLE IF NOT EXISTS payments (orderno TEXT PRIMARY KEY)")
    return db


@app.task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def charge(order: str) -> None:
    with open("begun.txt", "a") as log:
        print(order, file=log, flush=True)
    time.sleep(0.02)  # time enough to be killed
    with closing(shop()) as db, db:
        db.execute("INSERT OR IGNORE INTO payments VALUES (?)", (order,))
