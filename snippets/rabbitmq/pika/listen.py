import sys
import time

import pika

port, heartbeat = int(sys.argv[1]), int(sys.argv[2])
broker = pika.ConnectionParameters("localhost", port, heartbeat=heartbeat)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("news", durable=True)
    channel.basic_consume("news", print)
    print("listening", flush=True)
    started = time.monotonic()
    try:
        channel.start_consuming()
    except pika.exceptions.AMQPHeartbeatTimeout as error:
        print(f"AMQPHeartbeatTimeout: {error}")
        print(f"after {time.monotonic() - started:.1f} s")
