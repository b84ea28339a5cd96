import json

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Flat fields, when single values are read or changed alone ...
client.hset("user:2", mapping={"address.city": "Tunis", "newsletter": int(True)})
print(client.hgetall("user:2"))
#> {'address.city': 'Tunis', 'newsletter': '1'}

# ... JSON text in one field or key, when the whole is always read together.
client.hset("user:2", "address", json.dumps({"city": "Tunis", "floor": None}))
print(json.loads(client.hget("user:2", "address")))
#> {'city': 'Tunis', 'floor': None}

client.close()
