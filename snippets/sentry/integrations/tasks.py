import time

import sentry_sdk
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded

sentry_sdk.init(release="shop@1.0.0")  # before the app: every process that imports it
app = Celery("tasks", broker="redis://localhost:6379/0")


class NoSuchCustomer(Exception):
    pass


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
def eat_memory() -> None:
    import os, signal

    os.kill(os.getpid(), signal.SIGKILL)


@app.task
def fine() -> None:
    pass
