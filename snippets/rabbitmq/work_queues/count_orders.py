import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    answer = connection.channel().queue_declare("invoices", passive=True)
print("waiting:", answer.method.message_count)
