import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("balance:amina", 100)

client.incrby("balance:amina", 30)  # the first request
client.incrby("balance:amina", 50)  # the second, at the same moment

print(client.get("balance:amina"))
#> 180

client.close()
