import pika

NODE_2 = pika.ConnectionParameters("localhost", 5674, blocked_connection_timeout=30)

with pika.BlockingConnection(NODE_2) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("", "thumbnails", b"order-2.png", mandatory=True)
    except (pika.exceptions.NackError, pika.exceptions.UnroutableError) as error:
        print(f"{type(error).__name__}: {error}")
