import os

from celery import Celery

app = Celery(
    "shop",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend=os.environ.get("RESULT_URL", "redis://localhost:6379/0"),
)
app.conf.update(
    result_expires=3600,
    accept_content=["json"],  # both are the defaults: leave them so
    task_serializer="json",
)


@app.task(bind=True, max_retries=1)
def send_receipt(self, order: str, card: str = "") -> str:
    if not self.request.retries and order.endswith("!"):
        raise self.retry(countdown=0.1)
    return f"receipt for {order}"


@app.task
def count(receipts: list[str]) -> int:
    return len(receipts)
