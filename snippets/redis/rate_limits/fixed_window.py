import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def allowed(user: str, limit: int = 5, seconds: int = 60) -> bool:
    """At most `limit` requests per window; the first one starts the window."""
    key = f"limit:{user}"
    with client.pipeline() as pipe:  # one transaction: all of it or nothing
        pipe.set(key, 0, ex=seconds, nx=True)
        pipe.incr(key)
        _, count = pipe.execute()
    return count <= limit


print([allowed("amina") for _ in range(7)])
#> [True, True, True, True, True, False, False]
print("ends by itself:", 0 < client.ttl("limit:amina") <= 60)
#> ends by itself: True
client.close()
