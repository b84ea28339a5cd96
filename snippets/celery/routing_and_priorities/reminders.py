import os

from celery import Celery

app = Celery("reminders", broker="amqp://guest:guest@localhost:5672//")
app.conf.update(
    task_default_queue="reminders",
    task_default_queue_type="quorum",
    # "direct" is the default; the variable is for the drill only.
    task_default_exchange_type=os.environ.get("EXCHANGE_TYPE", "topic"),
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
)


@app.task
def remind(order: str) -> None:
    print(order)
