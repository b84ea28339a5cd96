from celery.exceptions import Ignore, Reject
from tasks import app, attempt


class NoSuchCustomer(Exception):
    """Expected: the caller wants to know, the error log does not."""


@app.task(autoretry_for=(ConnectionError,), throws=(NoSuchCustomer,))
def greet(name: str) -> None:
    attempt(name)
    if name == "nobody":
        raise NoSuchCustomer(name)
    if name == "deleted":
        raise Ignore()  # no result, no failure: nobody needs to know
    raise ValueError(f"{name} has no address")  # not listed: fails at once


@app.task(bind=True, max_retries=5)
def fetch(self, url: str) -> int:
    answer = attempt("fetch")
    if answer < 3:  # the server said: try again in a second
        raise self.retry(countdown=1)
    return answer


@app.task(acks_late=True)
def print_label(order: int) -> None:
    attempt("label")
    raise Reject(f"order {order} cannot be printed", requeue=False)
