import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    # passive: ask about the queue, but do not create it
    answer = connection.channel().queue_declare("signups", passive=True)
print(f"sign-ups waiting: {answer.method.message_count}")
