import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

visits = client.incr("visits")
print(f"You are visitor number {visits}")
#> You are visitor number 1

# Without a limit in time this counter would live for ever.
client.expire("visits", 24 * 60 * 60)
print(client.ttl("visits"), "seconds until it starts again")
#> 86400 seconds until it starts again
