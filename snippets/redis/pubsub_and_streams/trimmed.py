import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.xgroup_create("orders", "mailers", id="0", mkstream=True)
for number in range(1, 6):
    client.xadd("orders", {"number": number}, id=f"{number}-0")

client.xreadgroup("mailers", "worker-1", {"orders": ">"})  # ... and it crashes
client.xtrim("orders", maxlen=2, approximate=False)
print(client.xlen("orders"), client.xpending("orders", "mailers")["pending"])
#> 2 5

_, entries, deleted = client.xautoclaim("orders", "mailers", "worker-2", 0)
print("to do:", [entry for entry, _ in entries])
#> to do: ['4-0', '5-0']
print("gone:", deleted)
#> gone: ['1-0', '2-0', '3-0']
print(client.xpending("orders", "mailers")["pending"])
#> 2
client.close()
