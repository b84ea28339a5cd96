import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("audit", durable=True, arguments=QUORUM)
    for exchange, durable in (("shop", True), ("flash-sale", False)):
        channel.exchange_declare(exchange, "topic", durable=durable)
        channel.queue_bind("audit", exchange, "#")
