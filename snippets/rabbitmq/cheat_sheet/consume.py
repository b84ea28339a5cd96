import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
QUORUM = {"x-queue-type": "quorum"}


def work(channel, method, properties, body: bytes) -> None:
    print(body.decode(), "again" if method.redelivered else "")
    #> good
    #> later
    #> broken
    #> later again
    if body == b"broken":  # never will: dead letter queue, or dropped
        channel.basic_reject(method.delivery_tag, requeue=False)
    elif body == b"later" and not method.redelivered:
        channel.basic_reject(method.delivery_tag, requeue=True)
    else:
        channel.basic_ack(method.delivery_tag)  # after the work
    if method.redelivered:
        channel.stop_consuming()  # enough for this example


with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for body in (b"good", b"later", b"broken"):
        channel.basic_publish("", "orders", body, mandatory=True)
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume("orders", work)
    channel.start_consuming()
