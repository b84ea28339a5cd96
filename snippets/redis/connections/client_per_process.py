import redis

client = redis.Redis(host="localhost", port=6379)


def visits(path: str) -> int:
    return client.incr(f"visits:{path}")


before = client.info("stats")["total_connections_received"]
for _ in range(100):
    visits("/")
print(client.info("stats")["total_connections_received"] - before)
#> 0

client.close()
