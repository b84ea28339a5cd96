import pika

credentials = pika.PlainCredentials("guest", "wrong")
broker = pika.ConnectionParameters("localhost", credentials=credentials)
try:
    pika.BlockingConnection(broker)
except pika.exceptions.ProbableAuthenticationError as error:
    print(f"ProbableAuthenticationError: {error}")
