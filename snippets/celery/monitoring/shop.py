import os
import time

from celery import Celery

app = Celery(
    "shop",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    worker_prefetch_multiplier=1,
)


@app.task
def pack(order: int, seconds: float = 0.0) -> str:
    time.sleep(seconds)  # stands for the work
    return f"order {order} packed"


@app.task
def charge(order: int) -> None:
    raise ValueError("the card has expired")
