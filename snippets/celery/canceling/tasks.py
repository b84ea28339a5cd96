"""A task that can be stopped, whether it waits or runs.

Guarantees: once `stop(task_id)` has returned, the task begins no other part, even if
no worker was running at that moment or all workers are restarted since.
Does not guarantee: that the part in hand ends sooner, or that earlier parts are undone.
Needs: a Redis that does not evict, and that keeps what it has acknowledged.
The caller brings: work in short parts, any of which may be the last.
"""

import os
import time

import redis
from celery import Celery, Task

KEEP = 7 * 86_400  # seconds; longer than a message waits in the queue
app = Celery(
    "tasks",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.task_track_started = True
marks = redis.Redis(db=2, socket_timeout=5, socket_connect_timeout=2)


class Stopped(Exception):
    """Somebody asked this task to stop."""


def stop(task_id: str) -> None:
    marks.set(f"stop:{task_id}", 1, ex=KEEP)  # read by the task, now or later
    app.control.revoke(task_id)  # a task that waits need not even begin


@app.task(bind=True, throws=(Stopped,))
def export(self: Task, customer: str, parts: int) -> str:
    for _ in range(parts):
        if marks.exists(f"stop:{self.request.id}"):
            raise Stopped(customer)
        time.sleep(0.1)  # stands for one part of the work
    return f"{customer}: {parts} parts"
