import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
forever = client.lock("lock:backup", timeout=0)
forever.acquire()
print(client.ttl("lock:backup"))
#> -1

print(forever.reacquire(), client.exists("lock:backup"))
#> True 0
print(client.lock("lock:backup", timeout=10).acquire(blocking=False))
#> True
client.close()
