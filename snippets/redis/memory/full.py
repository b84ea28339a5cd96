import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
# 3 MB more than it uses now. In production the limit is in redis.conf.
client.config_set("maxmemory", client.info("memory")["used_memory"] + 3_000_000)
client.config_set("maxmemory-policy", "noeviction")

stored = 0
try:
    for number in range(10_000):
        client.set(f"report:{number}", "x" * 1000)
        stored += 1
except redis.exceptions.OutOfMemoryError as error:
    print(f"{type(error).__name__}: {error}")
    #> OutOfMemoryError: command not allowed when used memory > 'maxmemory'.

print("all reports stored:", stored == 10_000)
#> all reports stored: False
print("reading still works:", len(client.get("report:0")))
#> reading still works: 1000
print("deleting still works:", client.delete("report:0"))
#> deleting still works: 1

client.config_set("maxmemory", 0)
client.close()
