import datetime
from decimal import Decimal

from celery import Celery

app = Celery(
    "strange",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600


class OutOfStock(Exception):
    def __init__(self, article: str, left: int) -> None:
        super().__init__(f"{article}: {left} left")
        self.left = left


@app.task
def order_total() -> dict:
    return {"total": Decimal("9.90"), "on": datetime.date(2026, 11, 21), 17: (1, 2)}


@app.task
def buyers() -> set[str]:
    return {"Amina", "Bilal"}


@app.task
def reserve(article: str) -> None:
    raise OutOfStock(article, 0)


@app.task
def ask_another() -> dict:
    return order_total.delay().get(timeout=10)
