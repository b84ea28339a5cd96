import redis

for legacy in (True, False):
    client = redis.Redis(
        host="localhost", port=6379, decode_responses=True, legacy_responses=legacy
    )
    client.zadd("sellers", {"Amina": 120, "Bilal": 80})
    print(client.zrange("sellers", 0, -1, withscores=True))
    #> [('Bilal', 80.0), ('Amina', 120.0)]
    #> [['Bilal', 80.0], ['Amina', 120.0]]
    client.close()
