import redis

client = redis.Redis(decode_responses=True)
print(client.publish("news", "nobody listens"))  # lost
#> 0

with client.pubsub(ignore_subscribe_messages=True) as subscriber:
    subscriber.subscribe("news")
    subscriber.get_message(timeout=1)  # the confirmation
    print(client.publish("news", "hello"))
    #> 1
    print(subscriber.get_message(timeout=1)["data"])
    #> hello
client.close()
