import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("limit:amina", 6)  # left behind by a process that was killed
client.set("limit:bilal", 1, ex=60)

for key in client.scan_iter(match="limit:*", count=1000):
    if client.ttl(key) == -1:
        client.expire(key, 60)
        print("repaired:", key)
        #> repaired: limit:amina

client.close()
