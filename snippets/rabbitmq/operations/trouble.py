import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    try:  # it is a quorum queue, and this asks for a classic one
        connection.channel().queue_declare("orders", durable=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code)

wrong = pika.PlainCredentials("guest", "wrong")
try:
    pika.BlockingConnection(pika.ConnectionParameters("localhost", credentials=wrong))
except pika.exceptions.ProbableAuthenticationError as error:
    print(type(error).__name__)
