import json
import os
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
QUERY_SECONDS = float(os.environ.get("QUERY_SECONDS", "0.1"))

started = time.monotonic()
with client.lock("lock:product:1", timeout=2, sleep=0.02, blocking_timeout=10):
    print(f"got the lock after {time.monotonic() - started:.1f} s")
    time.sleep(QUERY_SECONDS)  # the query
    client.set("product:1", json.dumps({"id": 1, "price": 1200}), ex=300)
print("cached:", client.get("product:1"))
client.close()
