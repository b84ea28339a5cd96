import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("slow", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    channel.basic_publish("", "slow", b"{}", mandatory=True)
    try:
        for method, _, _ in channel.consume("slow", inactivity_timeout=25):
            print("got a message" if method else "no news", flush=True)
        # The loop ends when the broker ends the consumer.
    finally:
        print("channel open:", channel.is_open, flush=True)
