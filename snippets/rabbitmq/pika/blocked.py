import subprocess

import pika


def watermark(*limit: str) -> None:
    command = ["rabbitmqctl", "-q", "set_vm_memory_high_watermark", *limit]
    subprocess.run(command, check=True, timeout=30)


def publish(channel, order: bytes) -> None:
    channel.confirm_delivery()
    channel.basic_publish("", "orders", order, mandatory=True)


heard = []
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=1)
publisher, consumer = pika.BlockingConnection(broker), pika.BlockingConnection(broker)
publisher.add_on_connection_blocked_callback(lambda *_: heard.append("blocked"))
channel, reader = publisher.channel(), consumer.channel()
channel.queue_declare("orders", durable=True)
publish(channel, b"order-17")
watermark("absolute", "1MB")  # as if the memory was full
try:
    method, _, body = next(reader.consume("orders", inactivity_timeout=5))
    reader.basic_ack(method.delivery_tag)
    print("consumed:", body.decode())
    #> consumed: order-17
    publish(channel, b"order-18")
except pika.exceptions.ConnectionBlockedTimeout as error:
    print(f"ConnectionBlockedTimeout: {error}")
    #> ConnectionBlockedTimeout: Blocked connection timeout expired.
    print(f"connection open: {publisher.is_open}, callback heard: {heard}")
    #> connection open: False, callback heard: []
finally:
    watermark("0.6")
publish(reader, b"order-18")
print("confirmed")
#> confirmed
consumer.close()
