import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

r = redis.Redis(
    protocol=2,  # redis-py 8: 3
    socket_timeout=None,  # redis-py 8: 5 seconds
    socket_connect_timeout=None,  # redis-py 8: 5 seconds
    retry=Retry(ExponentialWithJitterBackoff(base=1, cap=10), 3),  # redis-py 8: 10
    decode_responses=True,
)

print("protocol:", r.client_info()["resp"])
#> protocol: 2
r.close()
