import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# A score is a 64-bit float: above 2**53 neighbouring whole numbers are the same.
client.zadd("seen", {"order A": 9007199254740992, "order B": 9007199254740993})
print(client.zscore("seen", "order A") == client.zscore("seen", "order B"))
#> True

# Keep large numbers as members, where they are text, and time as the score.
client.zadd(
    "seen:by-time", {"9007199254740992": 1700000000, "9007199254740993": 1700000001}
)
print(client.zrange("seen:by-time", 0, -1))
#> ['9007199254740992', '9007199254740993']

client.close()
