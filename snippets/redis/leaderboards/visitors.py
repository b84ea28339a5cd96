import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

for day, first, last in [("2026-11-20", 0, 6000), ("2026-11-21", 4000, 10_000)]:
    key = f"visitors:{day}"
    client.pfadd(key, *(f"user{number}" for number in range(first, last)))
    client.expire(key, 40 * 24 * 3600)

counted = client.pfcount("visitors:2026-11-20", "visitors:2026-11-21")
print("error below 2 %:", abs(counted - 10_000) < 200)  # 10,000 different users
#> error below 2 %: True
print("below 15 kB:", client.memory_usage("visitors:2026-11-20") < 15_000)
#> below 15 kB: True
client.close()
