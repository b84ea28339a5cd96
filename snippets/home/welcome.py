import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

visits = client.incr("visits")
print(f"You are visitor number {visits}")
#> You are visitor number 1

# Without a limit in time this counter would live for ever. Only the first
# visit sets it (nx): if each did, it would never end either.
client.expire("visits", 24 * 60 * 60, nx=True)
print(round(client.ttl("visits") / 3600), "hours until it starts again")
#> 24 hours until it starts again
