import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
try:
    client.set("order:1", "paid")
    print("order placed")
except redis.exceptions.ResponseError as error:
    print(f"{type(error).__name__}: {error}")
    print("reading still works:", client.exists("photo:1"))
client.close()
