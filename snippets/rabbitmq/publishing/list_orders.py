import pika

with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    for _, properties, _ in channel.consume("orders", inactivity_timeout=1):
        if properties is None:  # a second without a message: the queue is empty
            break
        print(properties.message_id)
    channel.cancel()  # nothing was acknowledged, so all of them go back
