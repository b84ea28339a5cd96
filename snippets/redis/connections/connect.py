import os

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

client = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    socket_connect_timeout=1,  # seconds until a server that is away is given up
    socket_timeout=2,  # seconds until an answer is given up
    retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), retries=3),
    health_check_interval=30,  # test a connection that was idle this long
    max_connections=50,
    client_name="shop-web",  # what CLIENT LIST shows
)
print(client.ping(), client.client_getname())
#> True shop-web

client.close()
