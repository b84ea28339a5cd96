import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
other = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("balance:amina", 100)

with client.pipeline() as pipe:
    pipe.watch("balance:amina")  # from here on commands run at once …
    balance = int(pipe.get("balance:amina"))
    other.incrby("balance:amina", 50)  # somebody else is faster
    pipe.multi()  # … and from here on they are collected
    pipe.set("balance:amina", balance + 30)
    try:
        pipe.execute()
    except redis.exceptions.WatchError as error:
        print(f"{type(error).__name__}: {error}")
        #> WatchError: Watched variable changed.

print(client.get("balance:amina"))  # the other's money is safe, ours was not written
#> 150

other.close()
client.close()
