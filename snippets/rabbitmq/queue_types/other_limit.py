import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    for limit in (1000, 5000):
        channel = connection.channel()
        try:
            arguments = {**QUORUM, "x-max-length": limit}
            channel.queue_declare("invoices", durable=True, arguments=arguments)
        except pika.exceptions.ChannelClosedByBroker as error:
            print(error.reply_code, error.reply_text)
