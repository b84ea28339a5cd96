import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    quorum = {"x-queue-type": "quorum"}
    channel.queue_declare("orders", durable=True, arguments=quorum)
    channel.confirm_delivery()
    received = {"main": 0, "reserve": 0}

    def subscribe(name: str, priority: int) -> None:
        def handle(channel, method, properties, body: bytes) -> None:
            received[name] += 1  # and no ack, as if it were still busy

        consumer = connection.channel()
        consumer.basic_qos(prefetch_count=10)
        consumer.basic_consume("orders", handle, arguments={"x-priority": priority})

    subscribe("reserve", 0)  # 0 is the default
    subscribe("main", 5)
    for _ in range(15):
        channel.basic_publish("", "orders", b"{}", mandatory=True)
    while sum(received.values()) < 15:
        connection.process_data_events(time_limit=1)
    print(received)
    #> {'main': 10, 'reserve': 5}
