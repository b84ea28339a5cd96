"""Redis: rate limit, answers to repeated requests, cache. All of it may be lost."""

import hashlib
import json
import logging
import time
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from signup.settings import settings

log = logging.getLogger("signup.store")
client = redis.Redis.from_url(
    settings.redis_url,
    decode_responses=True,
    socket_connect_timeout=0.2,
    socket_timeout=0.2,
    retry=Retry(NoBackoff(), 0),  # a visitor waits for this
)
PAUSE = 5  # seconds in which a Redis that did not answer is not asked again
ask_again = 0.0


def ask(*commands: tuple[Any, ...]) -> list[Any]:
    """One round trip. While Redis is away the answer to each command is None."""
    global ask_again
    if time.monotonic() >= ask_again:
        try:
            pipeline = client.pipeline(transaction=False)
            for command in commands:
                pipeline.execute_command(*command)
            return pipeline.execute()
        except redis.RedisError as error:
            ask_again = time.monotonic() + PAUSE
            log.warning("Redis does not answer, going on without: %s", error)
    return [None] * len(commands)


def visit(address: str, key: str) -> tuple[bool, dict[str, str] | None]:
    """May this address sign up now? And was this request answered before?"""
    visitor = hashlib.sha256(address.encode()).hexdigest()  # Sentry sees the key
    window = f"rate:{visitor}:{int(time.time() // 60)}"
    count, _, answer = ask(
        ("INCR", window), ("EXPIRE", window, 60), ("GET", f"answer:{key}")
    )
    allowed = count is None or count <= settings.rate_limit  # no Redis, no limit
    return allowed, json.loads(answer) if answer else None


def remember(key: str, answer: dict[str, str]) -> None:
    ask(("SET", f"answer:{key}", json.dumps(answer), "EX", 86400))


def cached(signup_id: str) -> dict[str, Any] | None:
    (status,) = ask(("GET", f"status:{signup_id}"))
    return json.loads(status) if status else None


def cache(signup_id: str, status: dict[str, Any]) -> None:
    ask(("SET", f"status:{signup_id}", json.dumps(status), "EX", 3600))


def answers() -> bool:
    return ask(("PING",)) != [None]
