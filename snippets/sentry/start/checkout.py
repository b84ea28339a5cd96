import os

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(release="shop@1.0.0", environment="development")
app = FastAPI()


@app.post("/checkout")
def checkout(order: dict) -> None:
    password = os.environ["DB_PASSWORD"]
    raise ConnectionError(f"cannot reach postgres://shop:{password}@db/orders")
