import statistics
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

print("appendfsync | Typical time of one SET")
for policy in ("no", "everysec", "always"):
    client.config_set("appendfsync", policy)
    took = []
    for number in range(500):
        began = time.perf_counter()
        client.set(f"order:{number}", "paid")
        took.append(time.perf_counter() - began)
    # The median, because one slow moment of the machine says nothing about the policy.
    print(f"{policy} | {statistics.median(took) * 1000:.2f} ms")

client.config_set("appendfsync", "everysec")
client.close()
