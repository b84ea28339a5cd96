from datetime import timedelta

import redis

client = redis.Redis(decode_responses=True)

client.set("session:1", "amina", ex=600)
client.set("session:1", "bilal", keepttl=True)
print(round(client.ttl("session:1") / 60), "minutes")
#> 10 minutes
client.expire("session:1", timedelta(hours=1))
client.persist("session:1")
print(client.ttl("session:1"), client.ttl("nothing-here"))
#> -1 -2

print(client.set("session:1", "chen", nx=True))  # only if it is new
#> None
print(client.getex("session:1", ex=60))
#> bilal
print(list(client.scan_iter(match="session:*", count=1000)))
#> ['session:1']
print(client.unlink("session:1"))
#> 1
client.close()
