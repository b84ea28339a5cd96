import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# One customer came today, and the shop's customer numbers are large.
client.setbit("today:bits", 10_000_000, 1)
print(client.bitcount("today:bits"), client.strlen("today:bits"))
#> 1 1250001

client.close()
