import redis

client = redis.Redis(decode_responses=True)
client.set("stock:tea", 5)

with client.pipeline(transaction=False) as pipe:  # one round trip, not atomic
    pipe.get("stock:tea").get("stock:salt")
    print(pipe.execute())
    #> ['5', None]

with client.pipeline() as pipe:  # MULTI and EXEC: nothing comes in between
    pipe.decr("stock:tea").rpush("to-ship", 17)
    print(pipe.execute())
    #> [4, 1]


def sell(pipe: redis.client.Pipeline) -> None:
    """Runs again when somebody changes the stock meanwhile."""
    if int(pipe.get("stock:tea") or 0) > 0:
        pipe.multi()
        pipe.decr("stock:tea")


print(client.transaction(sell, "stock:tea"))
#> [3]

restock = client.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
print(restock(keys=["stock:tea"], args=[10]))
#> 13
client.close()
