import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.mset({"shop:user:1": "Amina", "test:user:1": "Bilal", "test:user:2": "Chen"})

# Delete what carries your own prefix, and nothing else.
for name in client.scan_iter(match="test:*", count=500):
    client.unlink(name)
print(list(client.scan_iter()))
#> ['shop:user:1']

client.close()
