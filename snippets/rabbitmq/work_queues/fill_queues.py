import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    for kind in ("classic", "quorum"):
        for mode in pika.DeliveryMode:  # Transient and Persistent
            queue = f"{kind}-{mode.name.lower()}"
            arguments = {"x-queue-type": kind}
            channel.queue_declare(queue, durable=True, arguments=arguments)
            channel.queue_purge(queue)
            properties = pika.BasicProperties(delivery_mode=mode)
            for _ in range(200):
                channel.basic_publish("", queue, b"{}", properties, mandatory=True)
            print(queue, 200)
