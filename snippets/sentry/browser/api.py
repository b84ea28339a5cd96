import os

import sentry_sdk
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

sentry_sdk.init(
    dsn=os.environ.get("SENTRY_DSN"),
    release="shop-api@1.0.0",
    environment="production",
    traces_sample_rate=1.0,  # in production: 0.1 or less
)
app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["http://localhost:3000"],
    allow_headers=["sentry-trace", "baggage"],
)
totals = {1001: 30}


@app.get("/orders/{number}/total")
def total(number: int) -> int:
    return totals[number]
