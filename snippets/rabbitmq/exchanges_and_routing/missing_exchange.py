import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    print(channel.basic_publish("shpo", "order.paid", b"{}"), channel.is_open)
    #> None True
    connection.process_data_events(time_limit=1)  # reads what the broker answered
    print("open:", channel.is_open)
    #> open: False
    try:
        channel.basic_publish("shpo", "order.paid", b"{}")
    except pika.exceptions.ChannelWrongStateError as error:
        print("ChannelWrongStateError:", error)
        #> ChannelWrongStateError: Channel is closed.

    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("shpo", "order.paid", b"{}")
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 404 NOT_FOUND - no exchange 'shpo' in vhost '/'
