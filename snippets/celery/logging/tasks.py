import logging

from celery import Celery
from celery.utils.log import get_task_logger

app = Celery(
    "tasks",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
log = get_task_logger(__name__)


@app.task
def pack(order: int) -> str:
    log.info("packing order %s", order)
    logging.getLogger("stock").info("took a box")  # as any library does
    print("no tape left")
    return "packed"
