import logs
from celery import Celery
from celery.utils.log import get_task_logger

app = Celery(
    "orders",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
logs.connect()
log = get_task_logger(__name__)


@app.task(bind=True, max_retries=1)
def pack(self, order: int) -> None:
    log.info("packing order %s, attempt %s", order, self.request.retries + 1)
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    notify.delay(order)


@app.task
def notify(order: int) -> None:
    log.info("order %s is on its way", order)
