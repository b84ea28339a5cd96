import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("photos", durable=True)
    channel.confirm_delivery()
    photo = bytes(17 * 1024 * 1024)
    try:
        channel.basic_publish("", "photos", photo, mandatory=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
