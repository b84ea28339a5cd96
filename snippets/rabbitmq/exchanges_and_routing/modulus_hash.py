import pika

QUEUES = ["orders-0", "orders-1", "orders-2"]

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("by-customer", "x-modulus-hash", auto_delete=True)
    for queue in QUEUES:
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "by-customer")

    for customer in ("amina", "bilal", "chen", "dana"):
        for _ in range(5):
            channel.basic_publish("by-customer", customer, b"{}", mandatory=True)
        counts = [channel.queue_purge(queue).method.message_count for queue in QUEUES]
        print(customer, "in one queue:", sorted(counts) == [0, 0, 5])
        #> amina in one queue: True
        #> bilal in one queue: True
        #> chen in one queue: True
        #> dana in one queue: True
