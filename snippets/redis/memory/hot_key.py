import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.flushall()
client.set("page:home", "x" * 1000)
client.set("page:imprint", "x" * 1000)
client.config_set("maxmemory-policy", "allkeys-lfu")
client.config_set("maxmemory", client.info("memory")["used_memory"] + 500_000)

# Ten times more than fits. The home page is read all the time, the imprint never.
for number in range(5000):
    client.set(f"page:{number}", "x" * 1000)
    if number % 10 == 0:
        client.get("page:home")

print("home page still cached:", client.exists("page:home") == 1)
#> home page still cached: True
print("imprint still cached:", client.exists("page:imprint") == 1)
#> imprint still cached: False
print("evicted more than 4000 pages:", client.info("stats")["evicted_keys"] > 4000)
#> evicted more than 4000 pages: True

client.config_set("maxmemory", 0)
client.close()
