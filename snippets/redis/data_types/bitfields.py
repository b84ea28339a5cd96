import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Two 8-bit stock counters in two bytes; SAT stops at 0 and 255.
shelf = client.bitfield("shelf:tea", default_overflow="SAT")
print(shelf.set("u8", "#0", 250).set("u8", "#1", 3).execute())
#> [0, 0]
print(shelf.incrby("u8", "#0", 10).incrby("u8", "#1", -5).execute())
#> [255, 0]
print(client.strlen("shelf:tea"))
#> 2

client.close()
