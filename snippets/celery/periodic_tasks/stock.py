import time

import redis
from celery import Celery

app = Celery(
    "stock",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
locks = redis.Redis(db=2, socket_timeout=5)


@app.task
def import_stock() -> str:
    # Longer than any run may take: then a killed run does not block for ever.
    lock = locks.lock("import-stock", timeout=60, blocking=False)
    if not lock.acquire():
        return "skipped: the last run still works"
    try:
        time.sleep(2)  # stands for the import
        return "imported"
    finally:
        lock.release()


@app.task
def import_carelessly() -> str:
    running = locks.incr("running")
    time.sleep(2)
    locks.decr("running")
    return f"{running} at the same time"
