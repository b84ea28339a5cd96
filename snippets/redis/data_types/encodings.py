import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

for fields in (16, 128, 512, 1000):
    key = f"settings:{fields}"
    client.hset(key, mapping={f"field-{n}": "on" for n in range(fields)})
    size = client.memory_usage(key, samples=0)
    print(f"{fields} fields: {client.object('ENCODING', key)}, {size} bytes")

client.close()
