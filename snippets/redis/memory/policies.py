import redis

POLICIES = ["noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random"]
POLICIES += ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"]
client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def overfill(policy: str, ttl: int | None) -> tuple[str, str]:
    """Store 500 orders without TTL, then ten times more pages than fit."""
    client.config_set("maxmemory", 0)
    client.flushall()
    for number in range(500):
        client.set(f"order:{number}", "x" * 500)
    client.config_set("maxmemory-policy", policy)
    client.config_set("maxmemory", client.info("memory")["used_memory"] + 200_000)
    answers = []
    for start in range(0, 2000, 100):
        pipe = client.pipeline(transaction=False)
        for number in range(start, start + 100):
            pipe.set(f"page:{number}", "x" * 1000, ex=ttl)
        answers += pipe.execute(raise_on_error=False)
    writes = "accepted" if all(answer is True for answer in answers) else "refused"
    orders = sum(1 for _ in client.scan_iter("order:*", count=1000))
    return writes, "all kept" if orders == 500 else "some evicted"


print("Policy | Pages with TTL: writes, orders | Pages without TTL: writes, orders")
for policy in POLICIES:
    with_ttl, without = overfill(policy, 3600), overfill(policy, None)
    print(f"{policy} | {', '.join(with_ttl)} | {', '.join(without)}")

client.config_set("maxmemory", 0)
client.flushall()
client.close()
