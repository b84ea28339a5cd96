"""A price from the cache; from the database when Redis has none or is away."""

import contextlib
import json
import logging
import os

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("shop")
TTL = 60  # seconds until a price is read from the database again
cache = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    # A cache that does not answer at once is of no use: do not wait for it.
    socket_connect_timeout=0.5,
    socket_timeout=0.5,
    retry=Retry(NoBackoff(), retries=0),
)
prices = {1: 1200, 2: 350}  # stands for your database


def load_product(number: int) -> dict:
    print(f"database: product {number}")
    return {"id": number, "price": prices[number]}


def get_product(number: int) -> dict:
    key = f"product:{number}"
    try:
        if (cached := cache.get(key)) is not None:
            return json.loads(cached)
    except redis.RedisError as error:
        log.warning("no cache: %s", error)
        return load_product(number)
    product = load_product(number)
    with contextlib.suppress(redis.RedisError):  # the answer is there: go on
        cache.set(key, json.dumps(product), ex=TTL)
    return product


def change_price(number: int, price: int) -> None:
    prices[number] = price  # the database first …
    cache.delete(f"product:{number}")  # … then the cache


if __name__ == "__main__":
    print(get_product(1))
    print(get_product(1))
