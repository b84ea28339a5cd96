import os
import time

from celery import Celery

app = Celery(
    "shop",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend=os.environ.get("RESULT_URL", "redis://localhost:6379/1"),
)
app.conf.update(
    result_expires=3600,
    task_acks_late=True,  # add task_retry_on_worker_lost, see "When things die"
    worker_prefetch_multiplier=1,
)


def work(job: str, seconds: float) -> str:
    with open("done.txt", "a") as done:
        print(job, "begun", file=done, flush=True)
        time.sleep(seconds)  # stands for the work
        print(job, "done", file=done, flush=True)
    return job


@app.task
def print_report(job: str, seconds: float) -> str:
    return work(job, seconds)


@app.task(acks_late=False)
def print_report_early(job: str, seconds: float) -> str:
    return work(job, seconds)
