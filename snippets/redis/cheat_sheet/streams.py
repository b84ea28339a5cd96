import redis

client = redis.Redis(decode_responses=True, socket_timeout=None)
client.xgroup_create("orders", "mailers", id="$", mkstream=True)
client.xadd("orders", {"id": 17, "total": 320}, maxlen=10_000, approximate=True)

# Work: what is new, then receipt.
for _, entries in client.xreadgroup("mailers", "worker-1", {"orders": ">"}, count=10):
    for entry_id, fields in entries:
        print(fields)
        #> {'id': '17', 'total': '320'}
        client.xack("orders", "mailers", entry_id)

# Rescue: what somebody took more than a minute ago and never acknowledged.
claimed = client.xautoclaim("orders", "mailers", "worker-2", min_idle_time=60_000)
print(claimed[1])
#> []
print(client.xpending("orders", "mailers")["pending"])
#> 0
client.close()
