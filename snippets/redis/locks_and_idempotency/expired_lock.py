import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
slow = client.lock("lock:order:17", timeout=0.2)
quick = client.lock("lock:order:17", timeout=60)
working = []

slow.acquire()
working.append("slow")
while client.exists("lock:order:17"):  # stands for a slow query or a paused machine
    time.sleep(0.01)

print(quick.acquire(blocking=False))
#> True
working.append("quick")
print("at work at the same time:", working)
#> at work at the same time: ['slow', 'quick']

try:
    slow.release()
except redis.exceptions.LockNotOwnedError as error:
    print(error)
    #> Cannot release a lock that's no longer owned
print(quick.owned())
#> True
client.close()
