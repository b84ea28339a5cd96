import time

from celery import Celery

app = Celery(
    "shop",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.update(
    task_routes={
        "shop.send_email": {"queue": "emails"},
        "shop.*_report": {"queue": "reports"},  # a pattern: all reports
    },
    # RabbitMQ only: make queues that know priorities up to 10.
    task_queue_max_priority=10,
    # Take one job at a time, and the next when it is done: the order counts.
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    result_expires=3600,
)


@app.task
def send_email(order: str) -> None:
    print(order)


@app.task
def sales_report(month: int) -> None:
    time.sleep(1)  # stands for a long query
    print(f"report {month}")
