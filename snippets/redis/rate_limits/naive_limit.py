import os
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
PAUSE = float(os.environ.get("PAUSE", "0"))  # seconds; stands for bad luck


def allowed(user: str, limit: int = 5) -> bool:
    count = client.incr(f"limit:{user}")
    time.sleep(PAUSE)
    if count == 1:
        client.expire(f"limit:{user}", 60)
    return count <= limit


requests = int(os.environ.get("REQUESTS", "1"))
print([allowed("amina") for _ in range(requests)])
client.close()
