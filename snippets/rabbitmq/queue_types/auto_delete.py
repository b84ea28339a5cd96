import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("screen-3", durable=True, auto_delete=True)
    tag = channel.basic_consume("screen-3", lambda *delivery: None, auto_ack=True)
    channel.basic_cancel(tag)  # the last consumer leaves
    try:
        channel.queue_declare("screen-3", passive=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 404 NOT_FOUND - no queue 'screen-3' in vhost '/'
