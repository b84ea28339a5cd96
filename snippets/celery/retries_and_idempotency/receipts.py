from celery import Task
from tasks import app, attempt

OPTIONS = {
    "bind": True,
    "autoretry_for": (ConnectionError,),
    "default_retry_delay": 0,
    "max_retries": 1,
}


def send(order: str) -> None:
    if order == "order-1002":
        raise ConnectionError("the mail server does not answer")


@app.task(**OPTIONS)
def careless(self: Task, order: str) -> None:
    if attempt(f"careless-{order}") == 1 and order == "order-1001":  # not paid yet
        raise self.retry(max_retries=5)  # the mistake: the process keeps the 5
    send(order)


@app.task(**OPTIONS)
def careful(self: Task, order: str) -> None:
    if attempt(f"careful-{order}") == 1 and order == "order-1001":  # not paid yet
        raise self.retry()
    send(order)
