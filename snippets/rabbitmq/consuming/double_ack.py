import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("answers", durable=True)
    channel.basic_publish("", "answers", b"good")
    method, _, _ = next(channel.consume("answers", inactivity_timeout=5))
    channel.basic_ack(method.delivery_tag)
    channel.basic_ack(method.delivery_tag)  # wrong: it is answered already
    try:
        channel.queue_declare("answers", passive=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text)
        #> 406 PRECONDITION_FAILED - unknown delivery tag 1
    try:
        channel.basic_publish("", "answers", b"next")
    except pika.exceptions.ChannelWrongStateError as error:
        print(f"ChannelWrongStateError: {error}")
        #> ChannelWrongStateError: Channel is closed.
