import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare("thumbnails", exclusive=True)  # gone with this connection
    channel.basic_publish("", "thumbnails", b"photo-1.jpg", mandatory=True)
    print(channel.queue_declare("thumbnails", passive=True).method.message_count)
    #> 1
    try:
        channel.queue_bind("thumbnails", "", "pictures")
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 403 ACCESS_REFUSED - operation not permitted on the default exchange
