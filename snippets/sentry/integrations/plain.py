import os

from celery import Celery

app = Celery("plain", broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"))


@app.task
def send_mail(customer: str) -> None:
    raise ValueError(f"no address for {customer}")
