import pika


def is_waiting(server: pika.BlockingConnection, reply_to: str) -> bool:
    """Whether the client that gave this address is still connected."""
    try:
        server.channel().queue_declare(reply_to, passive=True)
    except pika.exceptions.ChannelClosedByBroker:  # 404: only the channel is gone
        return False
    return True


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
client, server = pika.BlockingConnection(broker), pika.BlockingConnection(broker)
requests = server.channel().queue_declare("", exclusive=True).method.queue
channel = client.channel()
channel.basic_consume("amq.rabbitmq.reply-to", lambda *_: None, auto_ack=True)
question = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to")
channel.basic_publish("", requests, b'{"city": "Skardu"}', question, mandatory=True)

_, request, _ = next(server.channel().consume(requests, inactivity_timeout=10))
print(request.reply_to[:22])
#> amq.rabbitmq.reply-to.
print(is_waiting(server, request.reply_to))
#> True
client.close()
print(is_waiting(server, request.reply_to))
#> False
server.close()
