import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sentry_sdk
from fastapi import FastAPI
from sentry_sdk.integrations.asyncio import enable_asyncio_integration

sentry_sdk.init()  # at the top, as always: it sees the start of the program


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    enable_asyncio_integration()  # here, because now the event loop runs
    yield


app = FastAPI(lifespan=lifespan)
running: set[asyncio.Task[None]] = set()  # asyncio itself holds tasks only weakly


async def send_mail(order: int) -> None:
    raise ConnectionError("the mail server is down")


@app.post("/orders/{order}")
async def take(order: int) -> dict[str, int]:
    running.add(asyncio.create_task(send_mail(order)))
    return {"taken": order}
