import os
from pathlib import Path

from celery import Celery
from celery.exceptions import Reject
from kombu import Exchange, Queue

app = Celery("dead_letters", broker=os.environ["BROKER_URL"])

dead = Exchange("dead", type="fanout", durable=True)
app.conf.task_queues = [
    Queue(
        "labels",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "dead",
            "x-delivery-limit": 3,
        },
    ),
]
app.conf.task_default_queue = "labels"


@app.task(acks_late=True, ignore_result=True)
def print_label(order: int) -> None:
    raise Reject(f"order {order} cannot be printed", requeue=False)


@app.task(acks_late=True, ignore_result=True)
def print_photo(order: int) -> None:
    with Path("photos.txt").open("a") as photos:
        print(order, file=photos, flush=True)
    raise Reject("the printer is busy", requeue=True)  # at once, and again
