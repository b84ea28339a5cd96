import asyncio

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init()
app = FastAPI()
together = asyncio.Barrier(10)  # stands for slow work: ten requests are under way


@app.get("/right/{customer}")
async def right(customer: str) -> None:
    sentry_sdk.set_user({"id": customer})
    await together.wait()
    raise ValueError(customer)


@app.get("/wrong/{customer}")
async def wrong(customer: str) -> None:
    sentry_sdk.get_global_scope().set_user({"id": customer})
    await together.wait()
    raise ValueError(customer)


@app.get("/visitor")
async def visitor() -> None:
    raise ValueError("nobody is logged in")
