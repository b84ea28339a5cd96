import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
with client.pubsub(ignore_subscribe_messages=True) as pubsub:
    pubsub.subscribe("orders")
    print("listening", flush=True)
    for message in pubsub.listen():
        print(message["data"], flush=True)
        if message["data"] == "closing time":
            break
client.close()
