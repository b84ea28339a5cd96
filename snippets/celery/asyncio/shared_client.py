import asyncio

import redis.asyncio as redis
from celery import Celery

app = Celery(
    "shared_client",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
client = redis.Redis(db=2, socket_timeout=5)  # one for all loops


async def count_visit(page: str) -> int:
    return await client.incr(f"visits:{page}")


@app.task
def count(page: str) -> int:
    return asyncio.run(count_visit(page))  # a new loop each time
