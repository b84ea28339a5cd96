import json
import time

import pika

QUORUM = {"x-queue-type": "quorum"}
deliveries, end = 0, time.monotonic() + 1

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("loop", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    channel.basic_publish("", "loop", b"{broken", mandatory=True)
    for method, _, body in channel.consume("loop", inactivity_timeout=1):
        if method is None or time.monotonic() > end:
            break
        deliveries += 1
        try:
            json.loads(body)
        except ValueError:
            # Wrong: what is broken stays broken.
            channel.basic_nack(method.delivery_tag, requeue=True)
print("delivered more than 20 times:", deliveries > 20)
#> delivered more than 20 times: True
