import logging

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

client = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    socket_connect_timeout=0.2,
    socket_timeout=0.2,
    retry=Retry(NoBackoff(), retries=0),
)


def allowed(user: str, limit: int = 5, *, if_unknown: bool) -> bool:
    try:
        with client.pipeline() as pipe:
            pipe.set(f"limit:{user}", 0, ex=60, nx=True)
            pipe.incr(f"limit:{user}")
            return pipe.execute()[1] <= limit
    except (redis.ConnectionError, redis.TimeoutError) as error:
        logging.warning("limit of %s not checked: %s", user, error)
        return if_unknown


print("search:", allowed("amina", if_unknown=True))
#> search: True
print("login:", allowed("amina", if_unknown=False))
#> login: False
client.close()
