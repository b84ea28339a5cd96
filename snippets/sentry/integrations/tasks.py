import os
import signal
import time

import sentry_sdk
from celery import Celery

sentry_sdk.init(release="shop@1.0.0")  # in each process that imports the tasks
broker = os.environ.get("BROKER_URL", "redis://localhost:6379/0")
app = Celery("tasks", broker=broker)


class NoSuchCustomer(Exception):
    """Happens every day; nobody needs to look."""


@app.task
def send_mail(customer: str, password: str) -> None:
    raise ValueError("no address")


@app.task(autoretry_for=(ConnectionError,), max_retries=2, default_retry_delay=0)
def ask_bank(order: int) -> None:
    raise ConnectionError("the bank does not answer")


@app.task(throws=(NoSuchCustomer,))
def greet(customer: str) -> None:
    raise NoSuchCustomer(customer)


@app.task(soft_time_limit=1)
def make_report(day: str) -> None:
    time.sleep(60)


@app.task
def resize_photo(order: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does when memory runs out
