import uuid

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
REPLIES = "amq.rabbitmq.reply-to"


def serve(channel, method, request, body: bytes) -> None:
    same = pika.BasicProperties(correlation_id=request.correlation_id)
    channel.basic_publish("", request.reply_to, b"320", same)
    channel.basic_ack(method.delivery_tag)


def hear(channel, method, properties, body: bytes) -> None:
    if properties.correlation_id == asked:  # not a late answer to an old question
        print("price:", body.decode())
        #> price: 320
        channel.stop_consuming()


with pika.BlockingConnection(broker) as connection:  # two processes, in real life
    server, client = connection.channel(), connection.channel()
    prices = server.queue_declare("", exclusive=True).method.queue
    server.basic_consume(prices, serve)
    client.basic_consume(REPLIES, hear, auto_ack=True)
    asked = str(uuid.uuid4())
    ask = pika.BasicProperties(
        reply_to=REPLIES, correlation_id=asked, expiration="10000"
    )
    client.basic_publish("", prices, b"tea", ask, mandatory=True)
    connection.call_later(10, client.stop_consuming)  # the time limit
    client.start_consuming()
