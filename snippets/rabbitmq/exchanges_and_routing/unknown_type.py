import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
connection = pika.BlockingConnection(broker)
try:
    connection.channel().exchange_declare("reminders", "x-delayed-message")
except pika.exceptions.AMQPError as error:
    print(f"{type(error).__name__}: {error}")
print("connection open:", connection.is_open)
