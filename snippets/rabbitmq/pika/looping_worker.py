import time

import pika

# One second instead of the usual 60, so that you need not wait.
broker = pika.ConnectionParameters("localhost", heartbeat=1)


def write_invoice(channel, method, properties, body: bytes) -> None:
    time.sleep(4)  # wrong: nobody looks after the connection for so long
    print("invoice written for", body.decode(), flush=True)
    channel.basic_ack(method.delivery_tag)


while True:
    try:
        with pika.BlockingConnection(broker) as connection:
            channel = connection.channel()
            channel.queue_declare("orders", durable=True)
            channel.basic_qos(prefetch_count=1)
            channel.basic_consume("orders", write_invoice)
            channel.start_consuming()
    except pika.exceptions.AMQPConnectionError as error:
        print(f"{type(error).__name__}, connecting again", flush=True)
