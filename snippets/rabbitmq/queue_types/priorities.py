import pika

KINDS = {
    "quorum": {"x-queue-type": "quorum"},
    "classic, x-max-priority 10": {"x-queue-type": "classic", "x-max-priority": 10},
    "classic": {"x-queue-type": "classic"},
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    print("Queue | Published | Delivered")
    for kind, arguments in KINDS.items():
        channel.queue_declare(kind, durable=True, arguments=arguments)
        sent, got = (0, 1, 5, 3, 9), []
        for priority in sent:
            important = pika.BasicProperties(priority=priority)
            channel.basic_publish("", kind, b"order", important, mandatory=True)
        for _ in sent:
            _, properties, _ = channel.basic_get(kind, auto_ack=True)
            got.append(properties.priority)
        print(kind, " ".join(map(str, sent)), " ".join(map(str, got)), sep=" | ")
