import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("cart:1", "tea")

print(client.expire("cart:1", 600, nx=True))
#> True
# nx: only when there is no expiry yet. gt: only to lengthen, never to shorten.
print(client.expire("cart:1", 60, nx=True))
#> False
print(client.expire("cart:1", 60, gt=True))
#> False
print(client.expire("cart:1", 3600, gt=True))
#> True
print(round(client.ttl("cart:1") / 60), "minutes")
#> 60 minutes

client.close()
