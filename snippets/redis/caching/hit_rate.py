import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.config_resetstat()

client.set("product:7", "1200", ex=300)
for number in (7, 7, 7, 8):
    client.get(f"product:{number}")

stats = client.info("stats")
hits, misses = stats["keyspace_hits"], stats["keyspace_misses"]
print(f"{hits} hits, {misses} miss: {hits / (hits + misses):.0%}")
#> 3 hits, 1 miss: 75%

client.close()
