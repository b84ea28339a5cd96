import os

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

# One client per process. rediss:// for TLS; user:password@ before the host.
client = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    socket_connect_timeout=2,
    socket_timeout=2,
    retry=Retry(ExponentialWithJitterBackoff(base=0.1, cap=1), retries=3),
    client_name="shop-web",
)
print(client.ping())
#> True
print(client.client_getname())
#> shop-web
client.close()

# Waits for ever on purpose: for BLPOP, XREADGROUP with BLOCK, and the like.
worker = redis.Redis(decode_responses=True, socket_timeout=None)
print(worker.blpop("queue", timeout=1))
#> None
worker.close()
