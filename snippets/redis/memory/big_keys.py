import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.flushall()
client.hset("carts", mapping={f"user:{n}": "1 book" for n in range(20_000)})
for number in range(200):
    client.set(f"session:{number}", "Amina")

# SCAN and MEMORY USAGE go key by key and never stop the server for long.
sizes = {key: client.memory_usage(key) for key in client.scan_iter(count=100)}
biggest = max(sizes, key=sizes.get)
share = sizes[biggest] / sum(sizes.values())
print(f"{biggest}: more than 90 % of the memory of all keys: {share > 0.9}")
#> carts: more than 90 % of the memory of all keys: True

# Read it in pieces, not with one HGETALL of 20 000 fields.
fields = sum(1 for _ in client.hscan_iter("carts", count=500))
print(fields)
#> 20000

# UNLINK takes the key away at once and frees its memory in the background.
print(client.unlink("carts"))
#> 1
client.close()
