import redis
from redis.cluster import RedisCluster

cluster = RedisCluster(host="localhost", port=7001, decode_responses=True)

# Two keys in two slots: no single node can store both in one step.
try:
    cluster.mset({"user:1:name": "Amina", "user:1:plan": "free"})
except redis.exceptions.RedisClusterException as error:
    print(f"{type(error).__name__}: {error}")
    #> RedisClusterException: MSET - all keys must map to the same key slot
try:
    with cluster.pipeline(transaction=True) as pipe:
        pipe.set("user:1:name", "Amina").set("user:1:plan", "free").execute()
except redis.exceptions.CrossSlotTransactionError as error:
    print(type(error).__name__)
    #> CrossSlotTransactionError
    print(error)
    #> All keys involved in a cluster transaction must map to the same slot

# Only the part in braces decides the slot, so these two are neighbours.
print(cluster.keyslot("{user:1}:name") == cluster.keyslot("{user:1}:plan"))
#> True
print(cluster.mset({"{user:1}:name": "Amina", "{user:1}:plan": "free"}))
#> True
print(cluster.mget("{user:1}:name", "{user:1}:plan"))
#> ['Amina', 'free']
cluster.close()
