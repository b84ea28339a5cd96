import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("later", durable=True, arguments={"x-queue-type": "quorum"})
    try:
        expires = pika.BasicProperties(expiration=1500)
        channel.basic_publish("", "later", b"reminder", expires)
    except AssertionError as error:
        print(f"AssertionError: {error}")
        #> AssertionError: A non-string value was supplied for self.expiration
    channel.basic_publish(
        "", "later", b"reminder", pika.BasicProperties(expiration="1500")
    )
