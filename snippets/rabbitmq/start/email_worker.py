import json
import signal
import time

import pika

QUORUM = {"x-queue-type": "quorum"}  # kept on disk, replicated in a cluster


def send_welcome_email(channel, method, properties, body: bytes) -> None:
    signup = json.loads(body)
    again = " (redelivered)" if method.redelivered else ""
    print(f"{properties.message_id}: writing to {signup['email']}{again}")
    time.sleep(2)  # stands for a slow mail server
    print(f"{properties.message_id}: done")
    # After the work: now the broker may forget the message.
    channel.basic_ack(method.delivery_tag)


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("signups", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=10)  # hold at most 10 without an ack
    channel.basic_consume("signups", send_welcome_email)

    def stop(signum, frame) -> None:
        # Takes effect when the messages that pika has read are done: at most ten here.
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)  # Ctrl-C
    signal.signal(signal.SIGTERM, stop)  # what systemd and Docker send
    print("waiting for sign-ups, Ctrl-C stops")
    channel.start_consuming()
print("stopped")
