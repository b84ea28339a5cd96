import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
# timeout: Redis removes the lock after 10 s, whatever happens to this process.
# blocking_timeout: wait at most 1 s for another holder, then give up.
lock = client.lock("lock:invoice:17", timeout=10, blocking_timeout=1)

with lock:
    print(lock.owned(), client.ttl("lock:invoice:17") > 0)
    #> True True
    impatient = client.lock("lock:invoice:17", timeout=10, blocking_timeout=0.2)
    print(impatient.acquire())
    #> False

print(client.exists("lock:invoice:17"))
#> 0
client.close()
