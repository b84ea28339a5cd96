import pika

QUORUM = {"x-queue-type": "quorum"}


def worker_that_crashes(ack_first: bool) -> None:
    connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    channel = connection.channel()
    method, _, _ = channel.basic_get("orders")
    if ack_first:
        channel.basic_ack(method.delivery_tag)
    connection.close()  # it dies here, before the work


with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for ack_first in (True, False):
        channel.queue_purge("orders")
        channel.basic_publish("", "orders", b"order-17", mandatory=True)
        worker_that_crashes(ack_first)
        left = channel.queue_declare("orders", passive=True).method.message_count
        print("ack first:" if ack_first else "work first:", left, "left")
        #> ack first: 0 left
        #> work first: 1 left
