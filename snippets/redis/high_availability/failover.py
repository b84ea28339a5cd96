import os
import signal
import time
from pathlib import Path

import redis
from redis.sentinel import Sentinel

# Ask any Sentinel where the primary is; several addresses, because one may be down.
sentinel = Sentinel(
    [("localhost", 26379), ("localhost", 26380), ("localhost", 26381)],
    socket_timeout=0.5,
)
print("primary:", sentinel.discover_master("orders"))
primary = sentinel.master_for("orders", decode_responses=True, socket_timeout=0.5)

longest = 0.0
for number in range(200):
    if number == 100:
        os.kill(int(Path("primary.pid").read_text()), signal.SIGKILL)
    began = time.monotonic()
    for _ in range(600):
        try:
            # SET may safely be sent twice. Think before you retry other commands.
            primary.set(f"order:{number}", "paid")
            break
        except (redis.ConnectionError, redis.TimeoutError):
            time.sleep(0.05)
    longest = max(longest, time.monotonic() - began)

print("primary:", sentinel.discover_master("orders"))
print(f"longest wait for one order: {longest:.1f} s")
kept = sum(primary.exists(f"order:{number}") for number in range(200))
print(f"{kept} of 200 orders are there")
