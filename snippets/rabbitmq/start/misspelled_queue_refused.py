import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("", "singups", b"{}", mandatory=True)
    except pika.exceptions.UnroutableError as error:
        print(f"UnroutableError: {error}")
        #> UnroutableError: 1 unroutable message(s) returned
