import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.rpush("jobs", "order-1")
client.config_set("maxmemory", client.info("memory")["used_memory"] + 1_000_000)
try:
    while True:
        client.rpush("jobs", "x" * 10_000)
except redis.exceptions.OutOfMemoryError as error:
    print(f"OutOfMemoryError: {error}")
print("taken:", client.lpop("jobs"))
client.config_set("maxmemory", 0)
client.close()
