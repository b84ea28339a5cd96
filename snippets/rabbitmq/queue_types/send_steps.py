import pika

ONE_AT_A_TIME = {"x-queue-type": "quorum", "x-single-active-consumer": True}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("order-17", durable=True, arguments=ONE_AT_A_TIME)
    channel.confirm_delivery()
    for step in range(1, 7):
        channel.basic_publish("", "order-17", str(step).encode(), mandatory=True)
print("sent 6 steps")
