import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("answers", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for body in (b"good", b"busy", b"broken"):
        channel.basic_publish("", "answers", body, mandatory=True)

    for method, _, body in channel.consume("answers", inactivity_timeout=1):
        if method is None:  # a second without a message
            break
        print(body.decode(), "(redelivered)" if method.redelivered else "")
        #> good
        #> busy
        #> broken
        #> busy (redelivered)
        if body == b"broken":  # drop it, or dead-letter it where the queue has that
            channel.basic_nack(method.delivery_tag, requeue=False)
        elif body == b"busy" and not method.redelivered:  # once more, please
            channel.basic_nack(method.delivery_tag, requeue=True)
        else:
            channel.basic_ack(method.delivery_tag)
