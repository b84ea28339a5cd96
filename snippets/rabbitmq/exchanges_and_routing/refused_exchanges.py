import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    connection.channel().exchange_declare("shop", "topic", durable=True)
    for name, kind in (("shop", "fanout"), ("amq.shop", "topic")):
        try:
            connection.channel().exchange_declare(name, kind, durable=True)
        except pika.exceptions.ChannelClosedByBroker as error:
            print(error.reply_code, error.reply_text)
