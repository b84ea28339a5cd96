from fastapi import FastAPI
from tasks import charge

app = FastAPI()


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/orders/{number}", status_code=202)
def order(number: int) -> str:
    charge.delay(number)
    return "accepted"
