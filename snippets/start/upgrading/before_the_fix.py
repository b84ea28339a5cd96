"""Celery 5.7 told to declare its own queues as older versions did."""

from celery import Celery

app = Celery("before_the_fix", broker="amqp://guest:guest@localhost:5672//")
app.conf.control_queue_exclusive = False
app.conf.event_queue_exclusive = False


@app.task
def greet(name: str) -> str:
    return f"hello {name}"
