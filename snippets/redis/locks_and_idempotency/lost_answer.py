import threading
import time

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

client = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    socket_timeout=0.2,  # the default is 5 s; with 0.2 you need not wait long
    retry=Retry(ConstantBackoff(0.2), retries=20),
)
client.ping()

# A script that keeps Redis busy: nobody else is served for 0.6 s.
slow = redis.Redis(host="localhost", port=6379, socket_timeout=10)
loop = "local t = os.clock() while os.clock() - t < 0.6 do end"
busy = threading.Thread(target=slow.eval, args=[loop, 0])
busy.start()
time.sleep(0.1)

lock = client.lock("lock:export", timeout=10)
print(lock.acquire(blocking=False))
#> False
print("locked:", lock.locked(), "- by us, as far as we know:", lock.owned())
#> locked: True - by us, as far as we know: False
busy.join()
slow.close()
client.close()
