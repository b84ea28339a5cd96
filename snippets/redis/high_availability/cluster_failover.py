import os
import signal
import time
from pathlib import Path

import redis
from redis.cluster import RedisCluster

cluster = RedisCluster(host="localhost", port=7002, decode_responses=True)

longest = 0.0
for number in range(200):
    if number == 100:
        os.kill(int(Path("node-7001/redis.pid").read_text()), signal.SIGKILL)
    began = time.monotonic()
    for _ in range(600):
        try:
            cluster.set(f"order:{number}", "paid")
            break
        except redis.exceptions.RedisError:
            time.sleep(0.05)
    longest = max(longest, time.monotonic() - began)

print(f"longest wait for one order: {longest:.1f} s")
kept = sum(cluster.exists(f"order:{number}") for number in range(200))
print(f"{kept} of 200 orders are there")
cluster.close()
