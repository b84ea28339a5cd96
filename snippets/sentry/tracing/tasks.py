import redis
import sentry_sdk
from celery import Celery

# Web process and worker both import this file: both are initialised.
sentry_sdk.init(release="shop@1.4.0", environment="development", traces_sample_rate=1.0)

app = Celery("tasks", broker="amqp://guest:guest@localhost:5672//")
app.conf.task_default_queue_type = "quorum"
app.conf.task_ignore_result = True
stock = redis.Redis(decode_responses=True)


@app.task
def reserve(item: str) -> None:
    stock.decr(f"stock:{item}")


@app.task(bind=True, autoretry_for=(ConnectionError,), default_retry_delay=0)
def print_label(self, order: int) -> None:
    if self.request.retries < 2:
        raise ConnectionError("the label printer does not answer")
