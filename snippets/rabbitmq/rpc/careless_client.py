import json
import time

import pika

REPLIES = "amq.rabbitmq.reply-to"


def ask(channel, city: str, timeout: float) -> str:
    replies.clear()
    request = json.dumps({"city": city}).encode()
    properties = pika.BasicProperties(reply_to=REPLIES)
    channel.basic_publish("", "price-requests", request, properties)
    end = time.monotonic() + timeout
    while not replies and time.monotonic() < end:
        connection.process_data_events(time_limit=0.1)
    # Wrong: whatever comes first is taken for the answer.
    return json.loads(replies[0])["price"] if replies else "no answer"


replies: list[bytes] = []
with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.basic_consume(REPLIES, lambda *reply: replies.append(reply[3]), True)
    print("Skardu:", ask(channel, "Skardu", timeout=0.3))
    print("Lahore:", ask(channel, "Lahore", timeout=30))
