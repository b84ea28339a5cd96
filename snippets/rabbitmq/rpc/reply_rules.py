import pika

REPLIES = "amq.rabbitmq.reply-to"
ask = pika.BasicProperties(reply_to=REPLIES)
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    try:  # wrong: replies cannot be acknowledged
        channel.basic_consume(REPLIES, lambda *_: None)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 406 PRECONDITION_FAILED - reply consumer cannot acknowledge
    channel = connection.channel()
    channel.basic_consume(REPLIES, lambda *_: None, auto_ack=True)
    try:  # wrong: one subscription for replies is enough
        channel.basic_consume(REPLIES, lambda *_: None, auto_ack=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 406 PRECONDITION_FAILED - reply consumer already set
    channel = connection.channel()
    channel.confirm_delivery()
    try:  # wrong: asked on a channel that does not listen
        channel.basic_publish("", "price-requests", b"{}", ask)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 406 PRECONDITION_FAILED - fast reply consumer does not exist
