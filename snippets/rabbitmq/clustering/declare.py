import pika

NODE_1 = pika.ConnectionParameters("localhost", 5673, blocked_connection_timeout=30)

with pika.BlockingConnection(NODE_1) as connection:
    channel = connection.channel()
    # Three copies, on three nodes. The first leader is the one on this node.
    quorum = {"x-queue-type": "quorum", "x-quorum-initial-group-size": 3}
    channel.queue_declare("orders", durable=True, arguments=quorum)
    channel.queue_declare("thumbnails", durable=True)  # a classic queue: no copies
    channel.confirm_delivery()
    stored = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
    channel.basic_publish("", "thumbnails", b"order-1.png", stored, mandatory=True)
