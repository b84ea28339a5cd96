import asyncio

import redis.asyncio as redis
from celery import Celery
from loops import run

app = Celery(
    "visits", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)


async def visit(client: redis.Redis, page: str, seconds: float) -> int:
    try:
        await asyncio.sleep(seconds)
        return await client.incr(f"visits:{page}")
    finally:
        print(f"left {page}")


@app.task(soft_time_limit=1, time_limit=10)
def count(page: str, seconds: float = 0) -> int:
    return run(lambda client: visit(client, page, seconds))
