import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Hash: one record, each field read or written alone.
client.hset("user:1", mapping={"name": "Amina", "city": "Tunis", "orders": 2})
print(client.hincrby("user:1", "orders", 1), client.hmget("user:1", "name", "orders"))
#> 3 ['Amina', '3']

# List: an order of arrival; cheap at both ends, slow in the middle.
client.rpush("emails:waiting", "welcome:1", "invoice:7")
print(client.lpop("emails:waiting"), client.llen("emails:waiting"))
#> welcome:1 1

# Set: each member once, and questions about several sets.
client.sadd("bought:tea", "Amina", "Bilal")
client.sadd("bought:honey", "Amina", "Chen")
print(
    client.sinter("bought:tea", "bought:honey"), client.sismember("bought:tea", "Chen")
)
#> {'Amina'} 0

# Sorted set: members in the order of a number.
client.zadd("sellers", {"Amina": 120, "Bilal": 80, "Chen": 95})
print(client.zincrby("sellers", 50, "Bilal"))
#> 130.0
print(client.zrange("sellers", 0, 1, desc=True, withscores=True))
#> [('Bilal', 130.0), ('Amina', 120.0)]

client.close()
