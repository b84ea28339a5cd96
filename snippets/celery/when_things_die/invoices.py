import time

from kombu import Queue
from orders import app

keep = {  # for RabbitMQ; Redis knows none of this
    "x-queue-type": "quorum",
    "x-delivery-limit": 2,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "failed",
}
app.conf.task_queues.append(
    Queue("invoices", routing_key="invoices", queue_arguments=keep)
)
app.conf.task_routes = {"invoices.*": {"queue": "invoices"}}


@app.task(acks_late=True, acks_on_failure=False)
def write_invoice(order: str) -> None:
    raise KeyError(order)


@app.task(acks_late=True, acks_on_timeout=False, time_limit=1)
def print_invoice(order: str) -> None:
    with open(f"{order}.txt", "a") as log:
        print("begun", file=log, flush=True)
    time.sleep(30)  # the printer hangs
