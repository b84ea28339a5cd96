import json

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
user = {"name": "Amina", "email": "amina@example.com", "plan": "free", "visits": 42}

client.set("number", 42)
client.set("text of 20", "x" * 20)
client.set("text of 1000", "x" * 1000)
client.set("user as JSON", json.dumps(user))
client.hset("user as hash", mapping=user)
client.hset("hash of 500", mapping={f"field:{n:04}": "on" for n in range(500)})
client.hset("hash of 600", mapping={f"field:{n:04}": "on" for n in range(600)})
client.sadd("set of 100 numbers", *range(100))
client.sadd("set of 100 words", *(f"tag:{n:03}" for n in range(100)))
client.zadd("ranking of 100", {f"user:{n:03}": n for n in range(100)})
client.rpush("list of 100", *(f"order:{n:03}" for n in range(100)))

print("What is stored | Encoding | Bytes")
for key in sorted(client.scan_iter(), key=lambda key: (client.memory_usage(key), key)):
    # samples=0: look at every element, not at five of them.
    size = client.memory_usage(key, samples=0)
    print(f"{key} | {client.object('encoding', key)} | {size}")
client.close()
