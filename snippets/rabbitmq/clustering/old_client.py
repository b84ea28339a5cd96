import pika

old = pika.ConnectionParameters("localhost", frame_max=4096, socket_timeout=5)
try:
    pika.BlockingConnection(old).close()
except pika.exceptions.AMQPConnectionError as error:
    print(f"{type(error).__name__}: {error}")
