import os
from itertools import islice
from typing import Any

import redis


def find_trouble(r: redis.Redis) -> None:
    for entry in r.slowlog_get(3):
        command = entry["command"].decode(errors="replace")
        print(f"slow command: {entry['duration'] / 1000:.1f} ms {command[:20]}")
    pauses: list[Any] = r.latency_latest()
    for event, _, _, worst in pauses:
        print(f"pause: {worst:.1f} ms {event}")
    for client in r.client_list():
        if (unread := int(client["omem"]) / 2**20) > 1:
            print(f"slow reader: {unread:.0f} MB {client['name'] or client['addr']}")
    sizes: dict[str, int] = {}
    keys = r.scan_iter(count=1000)
    while batch := list(islice(keys, 1000)):
        with r.pipeline(transaction=False) as pipe:
            for key in batch:
                pipe.memory_usage(key)
            sizes |= zip(batch, (size or 0 for size in pipe.execute()), strict=True)
        sizes = dict(sorted(sizes.items(), key=lambda item: -item[1])[:3])
    for key, size in sizes.items():
        print(f"biggest keys: {size / 2**20:.0f} MB {key}")


url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
with redis.Redis.from_url(url, decode_responses=True, socket_timeout=10) as client:
    find_trouble(client)
