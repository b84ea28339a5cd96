import redis


def visits(path: str) -> int:
    client = redis.Redis(host="localhost", port=6379)
    return client.incr(f"visits:{path}")


watch = redis.Redis(host="localhost", port=6379)
before = watch.info("stats")["total_connections_received"]
for _ in range(100):
    visits("/")
print(watch.info("stats")["total_connections_received"] - before)
#> 100

watch.close()
