import sys

import pika

STREAM = f"events-{sys.argv[1]}"
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)
    messages = channel.consume(
        STREAM, arguments={"x-stream-offset": "first"}, inactivity_timeout=2
    )
    for method, _, body in messages:
        if method is None:  # nothing new for two seconds
            break
        print(f"{STREAM}: {body.decode()}")
        channel.basic_ack(method.delivery_tag)
    channel.cancel()
