import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

for start in range(0, 200_000, 10_000):
    client.mset({f"order:{n}": "paid" for n in range(start, start + 10_000)})
client.set("user:1", "Amina")

# Log every command that takes longer than 2 ms (the default is 10 ms).
client.config_set("slowlog-log-slower-than", 2000)
client.slowlog_reset()
client.config_resetstat()

print(client.keys("user:*"))
#> ['user:1']
slow = [entry["command"] for entry in client.slowlog_get()]
print(b"KEYS user:*" in slow)  # names are bytes here, whatever the client decodes
#> True

print(list(client.scan_iter(match="user:*", count=1000)))
#> ['user:1']

spent = client.info("commandstats")
keys, scan = (spent[f"cmdstat_{name}"]["usec_per_call"] for name in ("keys", "scan"))
print(keys > 10 * scan)
#> True

client.config_set("slowlog-log-slower-than", 10_000)
client.close()
