import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.zadd("board:ties", {"a": 10, "b": 20, "c": 20})  # b was first to reach 20
print(client.zrange("board:ties", 0, -1, desc=True, withscores=True))
#> [('c', 20.0), ('b', 20.0), ('a', 10.0)]
client.close()
