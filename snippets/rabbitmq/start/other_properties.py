import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    try:
        channel.queue_declare("signups", durable=False)  # it was created durable
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
    print("channel open:", channel.is_open)
    print("connection open:", connection.is_open)
