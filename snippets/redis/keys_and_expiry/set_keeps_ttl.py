import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.set("session:1", "Amina", ex=3600)
client.set("session:1", "Amina B.", keepttl=True)
print(round(client.ttl("session:1") / 60), "minutes")
#> 60 minutes

# Commands that change a part keep the expiry by themselves.
client.set("visits:1", 1, ex=100)
client.incr("visits:1")
client.append("session:1", " (Tunis)")
print(client.ttl("visits:1") > 0, client.ttl("session:1") > 0)
#> True True

client.close()
