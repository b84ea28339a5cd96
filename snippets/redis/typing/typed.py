from typing import Any, cast

import redis
import redis.asyncio

r = redis.Redis(decode_responses=True)  # each reply is a str, and mypy cannot know it


def text(value: bytes | str | None) -> str | None:
    """What `get`, `hget` or `lpop` returned, checked when the program runs."""
    if isinstance(value, bytes):
        raise TypeError("the client needs decode_responses=True")
    return value


def greeting(user: int) -> str:
    name = text(r.get(f"user:{user}"))
    return f"Hello {name.title()}" if name else "Hello stranger"


def visits(page: str) -> int:
    return int(r.get(f"visits:{page}") or 0)


def cart(user: int) -> dict[str, str]:
    return cast("dict[str, str]", r.hgetall(f"cart:{user}"))  # believed, not checked


def first_job() -> str | None:
    found: Any = r.blpop("jobs", timeout=1)  # its type has three forms
    return found[1] if found else None


async def count(client: redis.asyncio.Redis, page: str) -> int:
    return await client.incr(f"visits:{page}")
