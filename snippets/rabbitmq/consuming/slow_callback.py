import time

import pika

QUORUM = {"x-queue-type": "quorum"}


def write_invoice(channel, method, properties, body: bytes) -> None:
    again = " (redelivered)" if method.redelivered else ""
    print(f"{properties.message_id}: working{again}", flush=True)
    time.sleep(4)  # wrong: the connection is not looked after for so long
    print(f"{properties.message_id}: done", flush=True)
    channel.basic_ack(method.delivery_tag)


# One second instead of the usual 60, so that you need not wait.
broker = pika.ConnectionParameters("localhost", heartbeat=1)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("orders", write_invoice)
    channel.start_consuming()
