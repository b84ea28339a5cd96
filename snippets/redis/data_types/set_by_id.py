import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# A set costs what is in it, whatever the numbers are.
client.sadd("today:set", 10_000_000)
print(client.scard("today:set"), client.memory_usage("today:set") < 200)
#> 1 True

client.close()
