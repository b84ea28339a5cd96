import redis

# Longer than the wait for the disk, which the server ends after 2000 ms.
client = redis.Redis(decode_responses=True, socket_timeout=5)

with client.pipeline(transaction=False) as pipe:  # one connection for both commands
    pipe.set("order:1", "paid")
    pipe.waitaof(1, 0, 2000)
    _, (here, on_replicas) = pipe.execute()
print("on the disk of this server:", here, "of replicas:", on_replicas)
#> on the disk of this server: 1 of replicas: 0
client.close()
