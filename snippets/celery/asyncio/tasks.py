import asyncio

import redis.asyncio as redis
from celery import Celery

app = Celery(
    "tasks", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)


async def count_visits(pages: list[str]) -> list[int]:
    # The client is made here, on the loop that uses it, and closed here.
    async with redis.Redis(db=2, socket_timeout=5) as client:
        return await asyncio.gather(*(client.incr(f"visits:{page}") for page in pages))


@app.task(soft_time_limit=30, time_limit=40)
def count(pages: list[str]) -> list[int]:
    return asyncio.run(count_visits(pages))
