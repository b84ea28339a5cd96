import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
lock = client.lock("lock:report", timeout=0.8, blocking_timeout=1)
lock.acquire()
began = time.monotonic()
for _ in range(5):
    time.sleep(0.2)  # the work on one chapter
    lock.reacquire()  # back to the full 0.8 s; raises when the lock was lost
print(time.monotonic() - began > 0.8, lock.owned())
#> True True

time.sleep(1)  # now a pause of more than 0.8 s
try:
    lock.reacquire()
except redis.exceptions.LockNotOwnedError as error:
    print(error)
    #> Cannot reacquire a lock that's no longer owned
client.close()
