import pika

with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    answer = connection.channel().queue_declare("orders", passive=True)
print(f"orders in the queue, counted: {answer.method.message_count}")
