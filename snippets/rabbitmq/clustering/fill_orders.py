import sys

import pika

VHOST, QUEUE_TYPE, MESSAGES = sys.argv[1], sys.argv[2], int(sys.argv[3])

broker = pika.ConnectionParameters(
    "localhost", virtual_host=VHOST, blocked_connection_timeout=30
)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    kind = {"x-queue-type": QUEUE_TYPE}
    channel.queue_declare("orders", durable=True, arguments=kind)
    channel.confirm_delivery()
    stored = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
    for number in range(MESSAGES):
        channel.basic_publish("", "orders", b"%d" % number, stored, mandatory=True)
    waiting = channel.queue_declare("orders", passive=True).method.message_count
    print(f"{VHOST}: {waiting} orders, {QUEUE_TYPE}")
