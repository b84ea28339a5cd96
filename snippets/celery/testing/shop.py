import os
from dataclasses import dataclass

from celery import Celery
from celery.schedules import crontab

app = Celery(
    "shop",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.timezone = "Europe/Berlin"
app.conf.beat_schedule = {
    "report": {"task": "shop.send_report", "schedule": crontab(hour=7, minute=30)},
}


class MailServerBusy(Exception):
    """It may go better in a minute."""


def deliver(to: str, text: str) -> None:
    """Here the real program speaks SMTP."""


@app.task(autoretry_for=(MailServerBusy,), retry_backoff=10, retry_jitter=False)
def send_receipt(order: int, to: str) -> str:
    deliver(to, f"receipt for order {order}")
    return f"order {order} to {to}"


@dataclass
class Basket:
    items: int


@app.task
def pack(items: int) -> Basket:
    return Basket(items)  # an object, where JSON has none


@app.task
def send_report() -> None:
    deliver("boss@example.com", "all is well")
