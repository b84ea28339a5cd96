import functools
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logging.basicConfig(format="%(levelname)s %(message)s")
client = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    socket_connect_timeout=0.2,  # a cache that is slower than this is no help
    socket_timeout=0.2,
    retry=Retry(NoBackoff(), retries=0),
)
PAUSE = 5.0  # seconds without the cache after it has failed
off_until = 0.0


def cache_call(command: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Run a command of the cache; None when the cache is away."""
    global off_until
    if time.monotonic() < off_until:
        return None
    try:
        return command(*args, **options)
    except redis.exceptions.RedisError as error:
        off_until = time.monotonic() + PAUSE
        logging.warning("cache is off for %g s: %s", PAUSE, error)
        return None


def cached(seconds: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep a function's answers in Redis; without Redis, call the function."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> Any:
            key = f"{function.__name__}:{json.dumps(args)}"
            if (found := cache_call(client.get, key)) is not None:
                return json.loads(found)
            answer = function(*args)
            cache_call(client.set, key, json.dumps(answer), ex=seconds)
            return answer

        return wrapper

    return decorate
