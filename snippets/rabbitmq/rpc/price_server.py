import json
import signal
import sys
import time

import pika

PRICES = {"Lahore": 250, "Karachi": 400, "Skardu": 900}
# How slow this server is, in seconds.
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0


def price_for(body: bytes) -> dict:
    try:
        return {"price": PRICES[json.loads(body)["city"]]}
    except (ValueError, KeyError, TypeError) as error:
        # An error is an answer, too.
        return {"error": f"{type(error).__name__}: {error}"}


def answer(channel, method, request, body: bytes) -> None:
    again = " (redelivered)" if method.redelivered else ""
    print(f"working on {body.decode(errors='replace')}{again}", flush=True)
    time.sleep(SECONDS)
    if request.reply_to:  # without it nobody waits
        same = pika.BasicProperties(correlation_id=request.correlation_id)
        reply = json.dumps(price_for(body)).encode()
        channel.basic_publish("", request.reply_to, reply, same)
    channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": 3}
    channel.queue_declare("price-requests", durable=True, arguments=arguments)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("price-requests", answer)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    channel.start_consuming()
