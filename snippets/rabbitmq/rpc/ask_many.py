import json
import time

import pika

answers: dict[str, int | None] = {"Lahore": None, "Karachi": None, "Skardu": None}


def receive(channel, method, properties, body: bytes) -> None:
    answers[properties.correlation_id] = json.loads(body).get("price")


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    # "": the broker makes up a name. Exclusive: ours alone, gone with the connection.
    replies = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_consume(replies, receive, auto_ack=True)
    for city in answers:
        properties = pika.BasicProperties(
            reply_to=replies, correlation_id=city, expiration="20000"
        )
        request = json.dumps({"city": city}).encode()
        channel.basic_publish("", "price-requests", request, properties)
    end = time.monotonic() + 20
    while None in answers.values() and time.monotonic() < end:
        connection.process_data_events(time_limit=0.5)
print(answers)
