import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Longitude first, then latitude: the opposite of what maps show.
client.geoadd("shops", (13.361389, 38.115556, "Palermo"))
client.geoadd("shops", (15.087269, 37.502669, "Catania"))

print(round(client.geodist("shops", "Palermo", "Catania", unit="km"), 2))
#> 166.27
near = client.geosearch(
    "shops", longitude=15, latitude=37, radius=200, unit="km", sort="ASC"
)
print(near)
#> ['Catania', 'Palermo']

# Below the surface it is a sorted set, so the commands of sorted sets work.
print(client.type("shops"), client.zrem("shops", "Palermo"))
#> zset 1

client.close()
