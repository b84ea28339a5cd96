import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)  # classic, and 100 orders in it
    channel.confirm_delivery()
    for _ in range(100):
        channel.basic_publish("", "orders", b"{}", mandatory=True)
    quorum = {"x-queue-type": "quorum"}
    try:
        connection.channel().queue_declare("orders", durable=True, arguments=quorum)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code)
        #> 406
        channel.queue_delete("orders")  # the quick repair
    made = channel.queue_declare("orders", durable=True, arguments=quorum)
    print("orders left:", made.method.message_count)
    #> orders left: 0
