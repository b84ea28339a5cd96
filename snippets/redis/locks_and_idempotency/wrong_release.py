import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.set("lock:invoice:18", "Amina's worker", nx=True, px=100)
while client.exists("lock:invoice:18"):  # her work takes longer than the lock lives
    time.sleep(0.01)
client.set("lock:invoice:18", "Bilal's worker", nx=True, px=10_000)

client.delete("lock:invoice:18")  # Amina's worker is done and "gives its lock back"
print(client.set("lock:invoice:18", "Chen's worker", nx=True, px=10_000))
#> True
print("working now: Bilal's worker and", client.get("lock:invoice:18"))
#> working now: Bilal's worker and Chen's worker
client.close()
