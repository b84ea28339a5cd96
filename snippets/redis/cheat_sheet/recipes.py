import json
from collections.abc import Callable

import redis

client = redis.Redis(decode_responses=True)


def cached(key: str, load: Callable[[], dict], seconds: int = 60) -> dict:
    """Cache-aside: ask Redis, else load and keep for a while."""
    if (found := client.get(key)) is not None:
        return json.loads(found)
    value = load()
    client.set(key, json.dumps(value), ex=seconds)
    return value


def allowed(user: str, limit: int = 2, seconds: int = 60) -> bool:
    """At most `limit` calls in a window that ends by itself."""
    key = f"limit:{user}"
    with client.pipeline() as pipe:  # both or none, so no counter is without expiry
        _, calls = pipe.set(key, 0, ex=seconds, nx=True).incr(key).execute()
    return calls <= limit


def first_time(request_id: str, seconds: int = 86_400) -> bool:
    """True for the first of equal requests; for none if Redis's answer got lost."""
    return bool(client.set(f"seen:{request_id}", 1, nx=True, ex=seconds))


print(cached("user:1", lambda: {"name": "Amina"}))
#> {'name': 'Amina'}
print(cached("user:1", lambda: {"name": "never asked"}))
#> {'name': 'Amina'}
print([allowed("amina") for _ in range(3)])
#> [True, True, False]
print(first_time("pay:17"), first_time("pay:17"))
#> True False
with client.lock("lock:report", timeout=30, blocking_timeout=5):
    print("alone")
    #> alone
client.close()
