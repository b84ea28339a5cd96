import redis

client = redis.Redis(decode_responses=True)

client.zadd("board", {"amina": 120, "bilal": 90, "chen": 150})
print(client.zincrby("board", 70, "bilal"))
#> 160.0
for player, score in client.zrange("board", 0, 1, desc=True, withscores=True):
    print(player, score)
    #> bilal 160.0
    #> chen 150.0
print(client.zrevrank("board", "amina"))  # 0 is the first
#> 2
print(client.zrange("board", 100, 155, byscore=True))
#> ['amina', 'chen']
client.close()
