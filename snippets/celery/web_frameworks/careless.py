from fastapi import FastAPI
from tasks import jobs, make_invoice

app = FastAPI()


@app.post("/orders/{order}/invoice")
async def send_invoice(order: int) -> dict[str, str]:
    return {"job": make_invoice.delay(order).id}  # blocks the event loop


@app.post("/orders/{order}/invoice/now")
async def wait_for_invoice(order: int) -> dict[str, str]:
    job = make_invoice.delay(order, seconds=3)
    return {"file": job.get(timeout=20)}  # blocks it until the task is done


@app.get("/jobs/{job_id}")
def look_at_job(job_id: str) -> dict[str, str]:
    return {"state": jobs.AsyncResult(job_id).state}  # PENDING for any text


@app.get("/health")
async def health() -> dict[str, str]:
    return {"web": "up"}
