import os
import time

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded

app = Celery(
    "images",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    task_track_started=True,
    worker_prefetch_multiplier=1,
)


@app.task(soft_time_limit=1, time_limit=5)
def make_preview(name: str, seconds: float) -> str:
    try:
        time.sleep(seconds)  # stands for the work
    except SoftTimeLimitExceeded:
        return f"{name}: took too long, use the placeholder"
    return f"{name}: done"


@app.task(time_limit=1)
def convert(name: str, seconds: float) -> str:
    time.sleep(seconds)
    return f"{name}: converted"


@app.task
def which_process() -> int:
    return os.getpid()
