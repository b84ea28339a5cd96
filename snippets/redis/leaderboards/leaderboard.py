import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.zincrby("board:2026-W47", 250, "amina")
client.zincrby("board:2026-W47", 410, "bilal")
client.zincrby("board:2026-W47", 180, "chen")
client.zincrby("board:2026-W47", 300, "amina")
client.expire("board:2026-W47", 60 * 24 * 3600)  # kept for 60 days

print(client.zrange("board:2026-W47", 0, 2, desc=True, withscores=True))
#> [('amina', 550.0), ('bilal', 410.0), ('chen', 180.0)]
print(client.zrevrank("board:2026-W47", "amina") + 1)  # ranks count from 0
#> 1
print(client.zrevrank("board:2026-W47", "nobody"))
#> None
client.close()
