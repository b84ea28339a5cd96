import sys

import pika

node = pika.ConnectionParameters("localhost", int(sys.argv[1]), socket_timeout=5)
with pika.BlockingConnection(node) as connection:
    channel = connection.channel()
    try:
        waiting = channel.queue_declare("orders", passive=True).method.message_count
    except pika.exceptions.ChannelClosedByBroker as error:
        sys.exit(f"{error.reply_code} {error.reply_text}")
    channel.basic_qos(prefetch_count=1000)
    ids = []
    for method, properties, _ in channel.consume("orders", inactivity_timeout=2):
        if method:
            ids.append(properties.message_id)
        if method is None or len(ids) >= waiting:
            break
    channel.cancel()  # nothing was acknowledged: all go back
    print(f"different orders: {len(set(ids))}")
