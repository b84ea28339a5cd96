import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
VISITORS = 10_000

with client.pipeline(transaction=False) as pipe:
    for number in range(VISITORS):
        pipe.sadd("visitors:set", f"visitor-{number}")
        pipe.pfadd("visitors:hll", f"visitor-{number}")
        pipe.setbit("visitors:bits", number, 1)
    pipe.execute()

counts = {
    "visitors:set": client.scard("visitors:set"),
    "visitors:hll": client.pfcount("visitors:hll"),
    "visitors:bits": client.bitcount("visitors:bits"),
}
for key, count in counts.items():
    print(f"{key}: {count} visitors, {client.memory_usage(key, samples=0)} bytes")

client.close()
