import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.flushall()
client.rpush("queue:emails", *(f"welcome {number}" for number in range(100)))

# Only keys with a TTL may be evicted: the pages have one, the queue has none.
client.config_set("maxmemory-policy", "volatile-lru")
client.config_set("maxmemory", client.info("memory")["used_memory"] + 1_000_000)
for number in range(10_000):
    client.set(f"page:{number}", "x" * 1000, ex=3600)

print("e-mails waiting:", client.llen("queue:emails"))
#> e-mails waiting: 100

client.config_set("maxmemory", 0)
client.close()
