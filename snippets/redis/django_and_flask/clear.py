import django
import redis
from django.core.cache import cache

django.setup()
r = redis.Redis(decode_responses=True)
r.lpush("celery", "a task that waits")
cache.set("product:17", "a page")

# Only what this site has cached: its keys have the prefix and the version.
for key in r.scan_iter(match="shop:1:*", count=1000):
    r.unlink(key)
print(cache.get("product:17"), r.llen("celery"))
#> None 1

cache.clear()  # FLUSHDB
print(r.llen("celery"))
#> 0
