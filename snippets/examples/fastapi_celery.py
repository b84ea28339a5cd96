"""Accept an order at once, make its invoice in a worker, say how far it is."""

import os
import time
import uuid

from celery import Celery
from fastapi import FastAPI, HTTPException, Response
from kombu.exceptions import OperationalError
from redis import RedisError

REDIS = os.environ.get("REDIS_URL", "redis://localhost:6379")
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
# What Celery raises when broker or result backend are away.
UNREACHABLE = (OperationalError, RedisError, RuntimeError)

jobs = Celery("fastapi_celery", broker=f"{REDIS}/0", backend=f"{REDIS}/1")
jobs.conf.update(
    # A visitor waits for these; the default is to wait for ever.
    broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 2},
    redis_socket_connect_timeout=1,
    redis_socket_timeout=2,
    result_backend_transport_options={"retry_policy": ONCE_MORE},
)
web = FastAPI()


@jobs.task(acks_late=True, retry_on_worker_lost=True)
def make_invoice(order: int) -> str:
    time.sleep(1)  # stands for rendering; doing it twice does no harm
    return f"invoice-{order}.pdf"


def try_later() -> HTTPException:
    return HTTPException(503, "try again in a minute", {"Retry-After": "60"})


@web.post("/orders/{order}/invoice", status_code=202)
def begin_invoice(order: int, response: Response) -> dict[str, str]:
    job_id = str(uuid.uuid4())
    try:
        # Known before anyone can ask for it; PENDING would mean "unknown".
        jobs.backend.store_result(job_id, None, "ACCEPTED")
        # For this call only: a worker that sends, or retries, must be patient.
        make_invoice.apply_async([order], task_id=job_id, retry_policy=ONCE_MORE)
    except UNREACHABLE as error:
        raise try_later() from error
    response.headers["Location"] = f"/jobs/{job_id}"
    return {"job": job_id}


@web.get("/jobs/{job_id}")
def look_at_job(job_id: uuid.UUID) -> dict[str, str]:
    try:
        found = jobs.backend.get_task_meta(str(job_id))
    except UNREACHABLE as error:
        raise try_later() from error
    if found["status"] == "PENDING":
        raise HTTPException(404, "no such job, or it is over for more than a day")
    done = {"file": found["result"]} if found["status"] == "SUCCESS" else {}
    return {"state": found["status"], **done}
