import redis
from celery import Celery

app = Celery("jobs", broker="amqp://guest:guest@localhost:5672//")
app.conf.task_default_queue_type = "quorum"
app.conf.task_ignore_result = True
stock = redis.Redis(decode_responses=True)


@app.task
def reserve(item: str) -> None:
    stock.decr(f"stock:{item}")
