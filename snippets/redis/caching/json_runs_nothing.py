import json

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.set("product:1", "__import__('os').system('…')", ex=300)  # the same attempt
try:
    product = json.loads(client.get("product:1"))
except json.JSONDecodeError:
    client.delete("product:1")
    product = None
print("treated as a miss:", product)
#> treated as a miss: None

client.close()
