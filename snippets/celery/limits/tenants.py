import os
import time
import zlib

from celery import Celery

QUEUES = 8
app = Celery(
    "tenants",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
)
app.conf.update(worker_prefetch_multiplier=1, task_acks_late=True)


def by_tenant(name, args, kwargs, options, task=None, **rest):
    """Always the same queue for a tenant, and few tenants in each queue."""
    number = zlib.crc32(kwargs["tenant"].encode()) % QUEUES
    return {"queue": f"tenants-{number}"}


app.conf.task_routes = (by_tenant,)


@app.task(ignore_result=True)
def send_invoice(*, tenant: str) -> str:
    time.sleep(0.02)  # stands for the work
    return f"invoice of {tenant}"
