import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    for kind in ("classic", "quorum"):
        for mode in pika.DeliveryMode:
            queue = f"{kind}-{mode.name.lower()}"
            answer = channel.queue_declare(queue, passive=True)
            print(queue, answer.method.message_count)
