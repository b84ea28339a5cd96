import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
# Off by default: E = events, x = of keys that expire.
client.config_set("notify-keyspace-events", "Ex")

client.set("cart:1", "tea", px=50)
time.sleep(0.3)  # nobody listens yet

with client.pubsub(ignore_subscribe_messages=True) as events:
    events.subscribe("__keyevent@0__:expired")
    events.get_message(timeout=1)  # the confirmation
    client.set("cart:2", "honey", px=50)

    message = None
    while message is None:
        message = events.get_message(timeout=2)
    print(message["data"])
    #> cart:2
    # The event of cart:1 was sent to nobody and is lost.
    print(events.get_message(timeout=0.2))
    #> None

client.close()
