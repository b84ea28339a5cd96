import os

import pika

broker = pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost"))
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("", "orders", bytes(2_000_000), mandatory=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(f"2 MB: {error.reply_code} {error.reply_text}")
    channels = []
    try:
        while len(channels) < 100:
            channels.append(connection.channel())
    except pika.exceptions.NoFreeChannels as error:
        print(f"after {len(channels)} channels: {error!r}")
