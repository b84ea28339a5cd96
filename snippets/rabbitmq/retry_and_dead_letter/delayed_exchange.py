import pika

KIND = {"x-delayed-type": "direct"}

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    try:
        channel.exchange_declare("delayed", "x-delayed-message", arguments=KIND)
    except pika.exceptions.AMQPError as error:
        print(type(error).__name__, error.reply_code, error.reply_text)
