import pika

REPLIES = "amq.rabbitmq.reply-to"
replies: list[bytes] = []

with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.basic_consume(REPLIES, lambda *reply: replies.append(reply[3]), True)
    question = pika.BasicProperties(reply_to=REPLIES)
    channel.basic_publish("", "price-requests", b'{"city": "Lahore"}', question)
    while not replies:  # wrong: for ever, if nobody answers
        connection.process_data_events(time_limit=1)
    print(replies[0].decode())
