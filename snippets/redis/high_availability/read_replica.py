import redis

primary = redis.Redis(host="localhost", port=6379, decode_responses=True)
replica = redis.Redis(host="localhost", port=6380, decode_responses=True)

primary.set("order:1", "paid")
# Wait until one replica has everything this connection wrote, at most 1000 ms.
print("replicas that have it:", primary.wait(1, 1000))
#> replicas that have it: 1
print(replica.get("order:1"))
#> paid

try:
    replica.set("order:2", "paid")
except redis.exceptions.ReadOnlyError as error:
    print(f"{type(error).__name__}: {error}")
    #> ReadOnlyError: You can't write against a read only replica.

primary.close()
replica.close()
