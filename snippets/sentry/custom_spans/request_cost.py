import asyncio
import statistics
import time

import sentry_sdk
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient


def shop() -> FastAPI:
    app = FastAPI()

    @app.get("/orders")
    async def orders() -> list[int]:
        return [1001]

    return app


async def median(app: FastAPI, requests: int = 400) -> float:
    """Milliseconds of CPU time in this thread; waiting is not counted."""
    taken = []
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        for _ in range(requests):
            begun = time.thread_time()
            await client.get("/orders")
            taken.append(time.thread_time() - begun)
    return statistics.median(taken) * 1000


print("Sentry | Median CPU time of a request")
print(f"no `init` | {asyncio.run(median(shop())):.2f} ms")
sentry_sdk.init()
print(f"`init()`, errors only | {asyncio.run(median(shop())):.2f} ms")
sentry_sdk.init(traces_sample_rate=0.01)
print(f"`traces_sample_rate=0.01` | {asyncio.run(median(shop())):.2f} ms")
sentry_sdk.init(traces_sample_rate=1.0)
print(f"`traces_sample_rate=1.0` | {asyncio.run(median(shop())):.2f} ms")
