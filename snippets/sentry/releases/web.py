from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(release="shop@1.4.0", dist="build-77", environment="staging")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    sentry_sdk.flush(timeout=8)  # sessions are counted in memory for up to a minute


app = FastAPI(lifespan=lifespan)


@app.get("/prices/{item}")
def price(item: str) -> dict[str, int]:
    if item == "gold":
        raise LookupError("no price for gold")  # nobody catches it
    if item == "silver":
        try:
            raise TimeoutError("the exchange does not answer")
        except TimeoutError as error:
            sentry_sdk.capture_exception(error)  # reported, and the visitor is served
    return {"price": 42}
