import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
pipe = client.pipeline(transaction=False)
for _ in range(10_000):
    pipe.incr("visits")
pipe.execute()
print(f"{client.get('visits')} visits in {client.dbsize()} key")
client.close()
