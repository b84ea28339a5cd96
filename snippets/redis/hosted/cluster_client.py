import os

from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

cluster = RedisCluster.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:7000"),
    decode_responses=True,
    # Ask the service's own endpoint for the map of slots, never an old node.
    dynamic_startup_nodes=False,
    socket_connect_timeout=1,
    socket_timeout=2,
    retry=Retry(ExponentialWithJitterBackoff(base=0.1, cap=1), retries=5),
)
cluster.set("{order:17}:state", "paid")
print(cluster.get("{order:17}:state"))
#> paid
cluster.close()
