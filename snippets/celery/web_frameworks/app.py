import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from kombu.exceptions import OperationalError
from redis import RedisError
from tasks import ONCE_MORE, jobs, make_invoice

# What publishing raises when the broker (first) or the result backend is away.
UNREACHABLE = (OperationalError, RedisError, RuntimeError)

log = logging.getLogger("uvicorn.error")


def try_later() -> HTTPException:
    return HTTPException(503, "try again in a minute", {"Retry-After": "60"})


def look_for_broker() -> None:
    try:
        with jobs.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except OperationalError as error:
        log.warning("no broker yet: %s", error)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(look_for_broker)  # says it, and starts all the same
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/orders/{order}/invoice", status_code=202)
def begin_invoice(order: int, response: Response) -> dict[str, str]:
    job_id = str(uuid.uuid4())
    try:
        jobs.backend.store_result(job_id, None, "ACCEPTED")
        # For this call only: a worker that sends, or retries, must be patient.
        make_invoice.apply_async(
            [order], task_id=job_id, confirm_timeout=2, retry_policy=ONCE_MORE
        )
    except UNREACHABLE as error:
        raise try_later() from error
    response.headers["Location"] = f"/jobs/{job_id}"
    return {"job": job_id}


@app.get("/jobs/{job_id}")
def look_at_job(job_id: uuid.UUID) -> dict[str, str]:
    try:
        found = jobs.backend.get_task_meta(str(job_id))  # one read for state and result
    except UNREACHABLE as error:
        raise try_later() from error
    if found["status"] == "PENDING":
        raise HTTPException(404, "no such job, or it is over for more than a day")
    answer = {"state": found["status"]}
    if found["status"] == "SUCCESS":
        answer["file"] = found["result"]
    return answer  # and no details of an error for everybody


@app.get("/health")
async def health() -> dict[str, str]:
    return {"web": "up"}
