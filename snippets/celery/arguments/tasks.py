from celery import Celery
from pydantic import BaseModel

app = Celery(
    "tasks", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)


class Order(BaseModel):
    number: int
    email: str
    gift: bool = False  # new today, so it has a default


class Receipt(BaseModel):
    text: str


@app.task(pydantic=True)
def confirm(order: Order) -> Receipt:
    wrapped = " as a gift" if order.gift else ""
    return Receipt(text=f"order {order.number} for {order.email}{wrapped}")
