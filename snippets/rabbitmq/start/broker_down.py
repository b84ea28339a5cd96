import pika

broker = pika.ConnectionParameters("localhost")
try:
    pika.BlockingConnection(broker)
except pika.exceptions.AMQPConnectionError as error:
    print(f"message: '{error}'")
    print(repr(error))
