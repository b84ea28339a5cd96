import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.hset("session:a1", mapping={"user": "amina"})
client.expire("session:a1", 1800)

client.delete("session:a1")  # logged out, or expired …
client.hset("session:a1", "cart", "book")  # … while a slow request still writes

print(client.hgetall("session:a1"), "ends in", client.ttl("session:a1"))
#> {'cart': 'book'} ends in -1
client.close()
