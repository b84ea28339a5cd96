import time

from celery import Celery

app = Celery(
    "invoices",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.task_track_started = True  # or a running job says PENDING
# For this drill only; see below what these numbers mean.
app.conf.broker_transport_options = {
    "visibility_timeout": 5,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}


def write_and_send(order: int) -> None:
    with open("outbox.txt", "a") as outbox:
        print(f"order {order}: begun", file=outbox, flush=True)
        time.sleep(2)
        print(f"order {order}: sent", file=outbox, flush=True)


@app.task
def send_invoice(order: int) -> None:
    write_and_send(order)


@app.task(acks_late=True)
def send_receipt(order: int) -> None:
    write_and_send(order)
