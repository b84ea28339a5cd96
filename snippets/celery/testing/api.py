from fastapi import FastAPI
from shop import send_receipt

app = FastAPI()


@app.post("/orders/{order}/receipt", status_code=202)
def begin_receipt(order: int) -> dict[str, str]:
    job = send_receipt.delay(order, "amina@example.com")
    return {"job": str(job.id)}
