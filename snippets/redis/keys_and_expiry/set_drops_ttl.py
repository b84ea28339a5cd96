import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.set("session:1", "Amina", ex=100)
client.set("session:1", "Amina B.")
print(client.ttl("session:1"))
#> -1

client.close()
