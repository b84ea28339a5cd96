import redis

r = redis.Redis(decode_responses=True)
# More than 1 MB unread: disconnect. The default for Pub/Sub is "32mb 8mb 60".
r.config_set("client-output-buffer-limit", "pubsub 1mb 0 0")

dashboard = r.pubsub()
dashboard.subscribe("orders")
print(dashboard.get_message(timeout=5)["type"])
#> subscribe

published = 0
while r.publish("orders", "x" * 100_000):  # the dashboard does not read meanwhile
    published += 1
print("orders sent to the dashboard, counted:", published)
#> orders sent to the dashboard, counted: 50

received = 0
while (message := dashboard.get_message(timeout=5))["type"] == "message":
    received += 1
print("orders that it received, counted:", received)
#> orders that it received, counted: 39
print(message["type"])
#> subscribe

r.publish("orders", "the next order")
print(dashboard.get_message(timeout=5)["data"])
#> the next order
