import time

import redis

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
"""
client = redis.Redis(host="localhost", port=6379, decode_responses=True)
release = client.register_script(RELEASE)

client.set("lock:invoice:19", "Amina's worker", nx=True, px=100)
while client.exists("lock:invoice:19"):
    time.sleep(0.01)
client.set("lock:invoice:19", "Bilal's worker", nx=True, px=10_000)

print(release(keys=["lock:invoice:19"], args=["Amina's worker"]))
#> 0
print(client.set("lock:invoice:19", "Chen's worker", nx=True, px=10_000))
#> None
print(client.get("lock:invoice:19"))
#> Bilal's worker
client.close()
