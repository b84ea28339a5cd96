from pathlib import Path

from celery import Task
from tasks import app


def tell(text: str) -> None:
    """Stands for a message to the people on duty."""
    with Path("told.txt").open("a") as told:
        print(text, file=told)


class Watched(Task):
    def on_retry(self, exc, task_id, args, kwargs, einfo) -> None:
        tell(f"{self.name} {args}, retry {self.request.retries + 1}: {exc}")

    def on_failure(self, exc, task_id, args, kwargs, einfo) -> None:
        tell(f"{self.name} {args} failed for good: {exc!r}")


@app.task(
    base=Watched,
    autoretry_for=(ConnectionError,),
    retry_backoff=True,
    max_retries=2,
)
def sync_stock(shop: str) -> None:
    raise ConnectionError(f"{shop} does not answer")
