import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.mset({f"parcel:{n}": "paid" for n in range(1000)})

seen: set[str] = set()  # SCAN may name a key twice, so collect names in a set
for number, name in enumerate(client.scan_iter(match="parcel:*", count=100)):
    seen.add(name)
    # Meanwhile others write and delete: the table grows under the scan.
    client.set(f"invoice:{number}", "sent")
    client.delete(f"invoice:{number - 3}")
    if number < 800:
        client.set(f"new-user:{number}", "Amina")

print(len(seen), client.dbsize() > 1800)
#> 1000 True

client.close()
