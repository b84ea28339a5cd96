import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(exchange="", routing_key="singups", body=b"{}")
print("sent and confirmed")
#> sent and confirmed
