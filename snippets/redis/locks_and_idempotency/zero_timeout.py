import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
forever = client.lock("lock:stock", timeout=0)
forever.acquire()
print(client.ttl("lock:stock"))
#> -1

print(forever.reacquire(), client.exists("lock:stock"))
#> True 0
print(client.lock("lock:stock", timeout=10).acquire(blocking=False))
#> True
client.close()
