import sys

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)
    asked_to_stop = False
    for method, _, _ in channel.consume("orders", inactivity_timeout=1):
        if method:
            channel.basic_ack(method.delivery_tag)
        else:  # nothing to do; somebody deletes the queue meanwhile
            connection.channel().queue_delete("orders")
    print("the loop ended")
    if not asked_to_stop:  # so the broker ended it
        sys.exit("cancelled by the broker")  # systemd or Docker starts us again
