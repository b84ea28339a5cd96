import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
MEMBERS = [f"visitor-{number}" for number in range(200_000)]

for key in ("visitors:may", "visitors:june"):
    client.sadd(key, *MEMBERS)

client.config_resetstat()
client.delete("visitors:may")
client.unlink("visitors:june")

spent = client.info("commandstats")
print(spent["cmdstat_del"]["usec"] > spent["cmdstat_unlink"]["usec"])
#> True

client.close()
