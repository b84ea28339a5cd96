import os
import time

from celery import Celery

app = Celery(
    "tasks",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    task_queue_max_priority=9,  # RabbitMQ ranks only in queues made for it
)


@app.task
def send_email(name: str, subject: str = "Welcome") -> str:
    return f"{subject}, {name}!"


@app.task
def note(text: str) -> float:
    """Write the text down and return the time at which that happened."""
    with open("notes.txt", "a") as notes:
        print(text, file=notes, flush=True)
    return time.time()


@app.task
def charge(order: int) -> str:
    raise ValueError(f"order {order} has no amount")


@app.task
def report_failure(request, error, traceback) -> None:
    note(f"{request.task} failed: {error}")
