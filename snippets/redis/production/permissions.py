import os

import redis

# For instance redis://shop:PASSWORD@127.0.0.1:6379/0
client = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)

with client.lock("shop:lock:17", timeout=5, blocking_timeout=1):
    client.set("shop:order:17", "paid")
print("order 17 is", client.get("shop:order:17"))

for refused in (["GET", "other:order:17"], ["FLUSHALL"], ["KEYS", "shop:*"]):
    try:
        client.execute_command(*refused)
    except redis.exceptions.NoPermissionError as error:
        print(f"{refused[0]}: {error}")

print("SCAN also shows", sorted(client.scan_iter()))
client.close()
