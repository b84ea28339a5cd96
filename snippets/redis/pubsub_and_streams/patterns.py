import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
listener = client.pubsub(ignore_subscribe_messages=True)
listener.psubscribe("orders.*")
listener.ssubscribe("invoices")  # sharded: in a Cluster it stays on one shard
listener.get_message(timeout=1)
listener.get_sharded_message(timeout=1)

client.publish("orders.berlin", "order-17 paid")
message = listener.get_message(timeout=1)
print(message["type"], message["pattern"], message["channel"])
#> pmessage orders.* orders.berlin
print(client.spublish("invoices", "invoice-17"), client.publish("invoices", "x"))
#> 1 0
listener.close()
client.close()
