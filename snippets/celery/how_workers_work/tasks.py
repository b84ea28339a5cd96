import os
import time
from pathlib import Path

from celery import Celery

app = Celery(
    "tasks",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    task_track_started=True,
    worker_prefetch_multiplier=2,  # messages held for each child; 4 by default
)


@app.task
def pack(order: int) -> int:
    """Pack an order while the file `hold` is there; return who did it."""
    while Path("hold").exists():
        time.sleep(0.05)
    return os.getpid()
