import sys
from itertools import islice

import pika

begin = int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]
wanted = int(sys.argv[2])

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)  # a stream insists on a limit
    start = {"x-stream-offset": begin}
    events = channel.consume("order-events", arguments=start)
    for method, properties, body in islice(events, wanted):
        print(properties.headers["x-stream-offset"], body.decode())
        channel.basic_ack(method.delivery_tag)  # removes nothing, asks for more
