import os
import time
from pathlib import Path

from celery import Celery

app = Celery(
    "tasks",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600


def attempt(who: str) -> int:
    """Note the time of this attempt; return how many there were."""
    with open(f"{who}.txt", "a") as attempts:
        print(time.time(), file=attempts, flush=True)
    return len(Path(f"{who}.txt").read_text().splitlines())


@app.task(
    autoretry_for=(ConnectionError, TimeoutError),  # what may go better next time
    retry_backoff=1,  # 1, 2, 4, 8 … seconds
    retry_backoff_max=60,
    retry_jitter=False,  # for this page, to see the gaps; leave it on
    max_retries=2,  # so three attempts; the default is 3 retries
)
def send_email(name: str, failures: int = 2) -> str:
    if attempt(name) <= failures:
        raise ConnectionError("the mail server does not answer")
    return f"Welcome, {name}!"
