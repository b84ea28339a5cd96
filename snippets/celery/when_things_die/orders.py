import os
import time
from pathlib import Path

from celery import Celery
from kombu import Queue

BROKER = os.environ.get("BROKER_URL", "redis://localhost:6379/0")

app = Celery("orders", broker=BROKER, backend="redis://localhost:6379/1")
app.conf.update(
    result_expires=3600,
    task_track_started=True,
    worker_prefetch_multiplier=1,
    task_queues=[Queue(os.environ.get("QUEUE", "celery"), durable=True)],
    task_default_queue=os.environ.get("QUEUE", "celery"),
)
if BROKER.startswith("amqp"):
    # Go on only when RabbitMQ has the job on disk; by default nobody asks.
    app.conf.broker_transport_options = {"confirm_publish": True}


def pack(order: str) -> None:
    """The work: note the beginning, wait while there is a file `hold`, note the end."""
    with open(f"{order}.txt", "a") as log:
        print(os.getpid(), "begun", file=log, flush=True)
        while Path("hold").exists():
            time.sleep(0.02)
        print(os.getpid(), "done", file=log, flush=True)


@app.task
def early(order: str) -> None:
    pack(order)


@app.task(acks_late=True)
def late(order: str) -> None:
    pack(order)


@app.task(acks_late=True, reject_on_worker_lost=True)
def late_reject(order: str) -> None:
    pack(order)
