import redis
from redis.cluster import RedisCluster

# An ordinary client on one of three primaries sees what a server really answers.
node = redis.Redis(host="localhost", port=7001, decode_responses=True)
print("slot of order:1:", node.cluster("KEYSLOT", "order:1"))
#> slot of order:1: 14374
try:
    node.set("order:1", "paid")
except redis.exceptions.MovedError as error:
    print(f"{type(error).__name__}: {error}")
    #> MovedError: 14374 127.0.0.1:7003
node.close()

# The cluster client knows the slots and goes to the right node.
cluster = RedisCluster(host="localhost", port=7001, decode_responses=True)
print(cluster.set("order:1", "paid"), cluster.get("order:1"))
#> True paid
print("it went to port", cluster.get_node_from_key("order:1").port)
#> it went to port 7003
cluster.close()
