import pika
from topology import DELAYS, declare, waiting_room

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    declare(channel)
    for name in ("emails", *map(waiting_room, DELAYS), "emails.parked"):
        answer = channel.queue_declare(name, passive=True)
        print(f"{name}: {answer.method.message_count}")
