import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# ex: seconds, px: milliseconds. Value and expiry are stored in one step.
client.set("login-code:1", "4711", px=100)
time.sleep(0.2)
print(client.get("login-code:1"))
#> None

# nx: only when the key is new. The answer is None when it was not.
print(client.set("welcome-sent:1", "yes", nx=True, ex=3600))
#> True
print(client.set("welcome-sent:1", "yes", nx=True, ex=3600))
#> None

# Read and lengthen in one step; read and delete in one step.
client.set("session:1", "Amina", ex=60)
print(client.getex("session:1", ex=1800))
#> Amina
print(round(client.ttl("session:1") / 60), "minutes")
#> 30 minutes
print(client.getdel("session:1"), client.exists("session:1"))
#> Amina 0

client.close()
