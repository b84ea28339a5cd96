import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
began = time.monotonic()
try:
    client.ping()
except redis.exceptions.ConnectionError as error:
    print(error)
    #> Error 111 connecting to localhost:6379. Connection refused.
print("it took more than a second:", time.monotonic() - began > 1)
#> it took more than a second: True
