import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("session:1", "Amina", ex=1800)
client.set("session:2", "Bilal")

for name in client.scan_iter(match="session:*", count=500):
    if client.ttl(name) == -1:
        print(f"{name} would stay for ever")
        #> session:2 would stay for ever
        client.expire(name, 1800, nx=True)

print(client.ttl("session:2"))
#> 1800

client.close()
