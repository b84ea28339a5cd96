import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Write with an expiry, read and lengthen: one command each.
client.hsetex("user:1", mapping={"login-code": "4711"}, ex=60)
print(client.hgetex("user:1", "login-code", ex=300))
#> ['4711']
print(client.httl("user:1", "login-code"))
#> [300]

client.close()
