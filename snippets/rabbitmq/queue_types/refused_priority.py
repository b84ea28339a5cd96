import pika

TOO_MUCH = {"x-queue-type": "quorum", "x-max-priority": 10}

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    try:
        channel.queue_declare("orders", durable=True, arguments=TOO_MUCH)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
