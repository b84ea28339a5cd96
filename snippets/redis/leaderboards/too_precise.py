import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
FIRST, LATER = 1_795_000_000_001, 1_795_000_000_000  # milliseconds left in the round

# 13 digits for the time leave about three for the points.
client.zadd("sprint", {"b": 20_000 * 10**13 + FIRST, "c": 20_000 * 10**13 + LATER})
print(client.zscore("sprint", "b") == client.zscore("sprint", "c"))
#> True
print(client.zrange("sprint", 0, -1, desc=True))
#> ['c', 'b']
client.close()
