import sys

import pika

node = pika.ConnectionParameters("localhost", int(sys.argv[1]), socket_timeout=5)
with pika.BlockingConnection(node) as connection:
    channel = connection.channel()
    try:
        method, properties, _ = channel.basic_get("orders")
    except pika.exceptions.ChannelClosedByBroker as error:
        sys.exit(f"{error.reply_code} {error.reply_text}")
    ids, last = set(), 0
    while method:
        ids.add(properties.message_id)
        last = method.delivery_tag
        method, properties, _ = channel.basic_get("orders")
    if last:  # all back, in a way that does not count as a failure
        channel.basic_nack(last, multiple=True, requeue=True)
    print(f"different orders: {len(ids)}")
