import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare(
        "orders.log", durable=True, arguments={"x-queue-type": "stream"}
    )
    channel.queue_declare(
        "thumbnails", durable=True, arguments={"x-queue-type": "classic"}
    )
