import redis

r = redis.Redis(decode_responses=True)


def greeting(user: int) -> str:
    name = r.get(f"user:{user}")
    return f"Hello {name.title()}"


def visits(page: str) -> int:
    return r.get(f"visits:{page}")


def cart(user: int) -> dict[str, str]:
    return r.hgetall(f"cart:{user}")
