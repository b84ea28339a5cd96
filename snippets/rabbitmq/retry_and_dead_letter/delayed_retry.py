import time

import pika

DELAYED = {
    "x-queue-type": "quorum",
    "x-delayed-retry-type": "all",
    "x-delayed-retry-min": 200,  # milliseconds, times the number of failures ...
    "x-delayed-retry-max": 500,  # ... up to this
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("delayed", durable=True, arguments=DELAYED)
    channel.confirm_delivery()
    for answer in (channel.basic_nack, channel.basic_reject):
        channel.basic_publish("", "delayed", b"amina@example.com", mandatory=True)
        gaps, began = [], None
        for method, _, _ in channel.consume("delayed", inactivity_timeout=10):
            if began is not None:
                gaps.append(round(time.monotonic() - began, 1))
            if len(gaps) == 4:
                channel.basic_ack(method.delivery_tag)
                break
            began = time.monotonic()
            answer(method.delivery_tag, requeue=True)
        channel.cancel()
        print(answer.__name__, *(f"{gap} s" for gap in gaps))
