import sentry_sdk
from fastapi import FastAPI, HTTPException

# The address to report to comes from the environment variable SENTRY_DSN.
sentry_sdk.init(
    release="shop@1.0.0",
    environment="development",
    traces_sample_rate=None,  # errors only, no timings
)
app = FastAPI()


@app.get("/divide")
def divide(total: int, people: int) -> dict[str, float]:
    return {"share": total / people}


@app.get("/orders/{number}")
def show_order(number: int) -> None:
    raise HTTPException(404, f"there is no order {number}")
