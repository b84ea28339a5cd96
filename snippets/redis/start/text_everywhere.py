import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.hset("user:1", mapping={"name": "Amina"})
user = client.hgetall("user:1")
print(user.get("name"))
#> Amina

greeting = client.get("nothing-here")
print(greeting or "no greeting yet")
#> no greeting yet

client.close()
