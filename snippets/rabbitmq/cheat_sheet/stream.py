import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
LOG = {"x-queue-type": "stream", "x-max-age": "7D"}

with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("order-log", durable=True, arguments=LOG)
    channel.confirm_delivery()
    for event in (b"placed", b"paid", b"sent"):
        channel.basic_publish("", "order-log", event, mandatory=True)
    channel.basic_qos(prefetch_count=100)  # required
    start = {"x-stream-offset": 1}  # or first, last, next, a time, "1h"
    for method, properties, body in channel.consume("order-log", arguments=start):
        print(properties.headers["x-stream-offset"], body.decode())
        #> 1 paid
        #> 2 sent
        channel.basic_ack(method.delivery_tag)
        if body == b"sent":
            break
