import time

import redis
from redis.cache import CacheConfig

client = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    protocol=3,
    cache_config=CacheConfig(max_size=10_000),
)
other = redis.Redis(host="localhost", port=6379, decode_responses=True)


def gets() -> int:
    """How many GET commands the server has executed."""
    return other.info("commandstats").get("cmdstat_get", {"calls": 0})["calls"]


other.set("product:1", "1200")
before = gets()
for _ in range(100):
    price = client.get("product:1")
print(price, "after", gets() - before, "GET")
#> 1200 after 1 GET

other.set("product:1", "990")  # Redis tells our client that its copy is out of date
deadline = time.monotonic() + 1
while price != "990" and time.monotonic() < deadline:
    price = client.get("product:1")
print(price)
#> 990

other.close()
client.close()
