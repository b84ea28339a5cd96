import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.config_resetstat()


def counters() -> str:
    stats = client.info("stats")
    return f"expired: {stats['expired_keys']}, evicted: {stats['evicted_keys'] > 0}"


for number in range(100):
    client.set(f"session:{number}", "Amina", px=50)
time.sleep(0.1)
print(client.get("session:0"), counters() != "expired: 0, evicted: False")
#> None True

expired, deadline = 0, time.monotonic() + 5
while expired < 100 and time.monotonic() < deadline:
    time.sleep(0.05)
    expired = client.info("stats")["expired_keys"]
print(counters(), "without any limit:", client.config_get("maxmemory"))
#> expired: 100, evicted: False without any limit: {'maxmemory': '0'}
client.close()
