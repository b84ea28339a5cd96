import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
for number in range(1, 101):
    client.set(f"order:{number}", "paid")
print(f"saved {client.dbsize()} orders")
client.close()
