import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    connection.channel().queue_declare("orders", durable=True, arguments=QUORUM)
print("declared")
