from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(release="shop@1.0.0")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    # Nobody is served any more: blocking is fine here. Stay below the time that
    # your platform gives you before it kills.
    sentry_sdk.flush(timeout=8)


app = FastAPI(lifespan=lifespan)


@app.get("/pay")
def pay() -> None:
    raise ConnectionError("the bank does not answer")
