import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    try:
        connection.channel().queue_declare("hello")  # not durable, not exclusive
    except pika.exceptions.AMQPError as error:
        print(type(error).__name__, error.reply_code, error.reply_text)
