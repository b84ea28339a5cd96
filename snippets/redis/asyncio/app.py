import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import redis.asyncio as redis
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")


async def hear_news(client: redis.Redis, news: list[str]) -> None:
    while True:
        # A task that dies takes its error with it: catch it here and go on.
        with suppress(redis.RedisError):
            async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe("news")
                async for message in pubsub.listen():
                    news.append(message["data"])
        await asyncio.sleep(0.5)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with redis.Redis.from_url(
        URL,
        decode_responses=True,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 1),
    ) as client:
        await client.ping()  # fail now, and not at the first request
        app.state.redis, app.state.news = client, []
        listener = asyncio.create_task(hear_news(client, app.state.news))
        yield
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


app = FastAPI(lifespan=lifespan)


@app.exception_handler(redis.RedisError)
async def redis_is_away(request: Request, error: redis.RedisError) -> JSONResponse:
    return JSONResponse({"detail": "try again in a moment"}, status_code=503)


@app.post("/visits/{page}")
async def visit(page: str, request: Request) -> dict[str, int]:
    return {"visits": await request.app.state.redis.incr(f"visits:{page}")}


@app.get("/news")
async def news(request: Request) -> list[str]:
    return request.app.state.news
