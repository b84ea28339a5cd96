"""Usage: group_health.py STREAM CLAIM_TIME_IN_MS"""

import os
import sys
from typing import Any

import redis


def group_health(r: redis.Redis, stream: str, idle_ms: int) -> None:
    for group in r.xinfo_groups(stream):
        name = group["name"]
        lag = "unknown" if group["lag"] is None else group["lag"]
        print(f"{name}: {lag} not delivered yet, {group['pending']} not acknowledged")
        for consumer in r.xinfo_consumers(stream, name):
            count, seconds = consumer["pending"], consumer["idle"] / 1000
            print(f"  {consumer['name']}: {count} pending, idle {seconds:.1f} s")
        # The first ten that no worker has claimed, although their time is over.
        abandoned: Any = r.xpending_range(stream, name, "-", "+", 10, idle=idle_ms)
        for entry in abandoned:
            holder, tries = entry["consumer"], entry["times_delivered"]
            print(f"  abandoned by {holder}: {entry['message_id']}, delivery {tries}")


url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
with redis.Redis.from_url(url, decode_responses=True, socket_timeout=5) as client:
    group_health(client, sys.argv[1], int(sys.argv[2]))
