import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

print(client.publish("orders", "order-17 paid"))
#> 0

late = client.pubsub(ignore_subscribe_messages=True)
late.subscribe("orders")
print(late.get_message(timeout=1))  # the confirmation, which we ignore
#> None
print(client.publish("orders", "order-18 paid"))
#> 1
message = late.get_message(timeout=1)
print(message["channel"], message["data"])
#> orders order-18 paid
print(late.get_message(timeout=0.2), client.exists("orders"))
#> None 0
late.close()
client.close()
