from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from tasks import ONCE_MORE, make_invoice

app = FastAPI()


@app.post("/orders/{order}/invoice", status_code=202)
async def begin_invoice(order: int) -> dict[str, str]:
    job = await run_in_threadpool(
        make_invoice.apply_async, [order], retry_policy=ONCE_MORE
    )
    return {"job": job.id}


@app.get("/health")
async def health() -> dict[str, str]:
    return {"web": "up"}
