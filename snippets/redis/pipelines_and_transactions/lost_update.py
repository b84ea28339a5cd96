import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("balance:amina", 100)

# Two requests run at the same moment, in two processes. Both read first:
seen_by_first = int(client.get("balance:amina"))
seen_by_second = int(client.get("balance:amina"))

# Then both write what they calculated: 30 is paid in, 50 is paid in.
client.set("balance:amina", seen_by_first + 30)
client.set("balance:amina", seen_by_second + 50)

print(client.get("balance:amina"), "instead of", 100 + 30 + 50)
#> 150 instead of 180

client.close()
