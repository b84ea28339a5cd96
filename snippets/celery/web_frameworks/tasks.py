import os
import time

from celery import Celery

ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}

jobs = Celery(
    "tasks",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
jobs.conf.update(
    task_track_started=True,
    # A visitor waits for these. Redis: the default is to wait for ever.
    broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 2},
    redis_socket_connect_timeout=1,
    redis_socket_timeout=2,
    broker_connection_timeout=2,  # RabbitMQ
    result_backend_transport_options={"retry_policy": ONCE_MORE},
)
if jobs.conf.broker_url.startswith("amqp"):
    # Without it, what is written into a dead connection counts as sent.
    jobs.conf.broker_transport_options = {"confirm_publish": True}


@jobs.task
def make_invoice(order: int, seconds: float = 0) -> str:
    time.sleep(seconds)  # rendering
    return f"invoice-{order}.pdf"
