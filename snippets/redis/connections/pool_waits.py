import threading

import redis

# Wait up to 0.5 s for a connection that comes back.
pool = redis.BlockingConnectionPool(
    host="localhost", port=6379, max_connections=2, timeout=0.5
)
busy = [pool.get_connection(), pool.get_connection()]
client = redis.Redis(connection_pool=pool)

try:
    client.ping()
except redis.ConnectionError as error:
    print(error)
    #> No connection available.

threading.Timer(0.1, pool.release, (busy.pop(),)).start()
print(client.ping())
#> True

pool.release(busy.pop())
pool.disconnect()
