import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.basic_publish("shop", "order.paid", b"{}")
    print("without confirms: no error")
    #> without confirms: no error

    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("shop", "order.paid", b"{}", mandatory=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 404 NOT_FOUND - no exchange 'shop' in vhost '/'
