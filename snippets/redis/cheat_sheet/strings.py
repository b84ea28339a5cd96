import json

import redis

client = redis.Redis(decode_responses=True)

client.mset({"price:tea": 320, "price:salt": 110})
print(client.mget("price:tea", "price:salt", "price:gold"))
#> ['320', '110', None]
print(client.incr("visits"), client.incrby("visits", 10))
#> 1 11
print(client.set("visits", 0, get=True))  # the old value, in one step
#> 11

client.set("user:1", json.dumps({"name": "Amina"}), ex=3600)
print(json.loads(client.get("user:1") or "null"))
#> {'name': 'Amina'}
client.close()
