import pika

broker = pika.ConnectionParameters("localhost", virtual_host="shop")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)  # no word about its type
print("declared")
