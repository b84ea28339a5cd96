import pika

QUEUES = ["web-1", "web-2", "web-3"]

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("prices-changed", "fanout", auto_delete=True)
    for queue in QUEUES:
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "prices-changed", "this key is ignored")

    channel.basic_publish("prices-changed", "and so is this one", b'{"item": "lamp"}')
    print([channel.queue_purge(queue).method.message_count for queue in QUEUES])
    #> [1, 1, 1]
