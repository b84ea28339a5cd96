import pika


def mails_sent(kind: str, orders: int = 3, workers: int = 2) -> int:
    """E-mails that two workers send for three orders."""
    sent = 0

    def send_mail(channel, method, properties, body: bytes) -> None:
        nonlocal sent
        sent += 1
        channel.basic_ack(method.delivery_tag)

    name = f"mails-{kind}"
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": kind})
    for _ in range(workers):
        worker = connection.channel()
        worker.basic_qos(prefetch_count=1)
        worker.basic_consume(name, send_mail)
    for number in range(orders):
        body = f"order-{number}".encode()
        channel.basic_publish("", name, body, mandatory=True)
    while sent < orders * (workers if kind == "stream" else 1):
        connection.process_data_events(time_limit=10)
    connection.process_data_events(time_limit=0.5)  # is there more?
    return sent


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    print("stream:", mails_sent("stream"))
    #> stream: 6
    print("quorum queue:", mails_sent("quorum"))
    #> quorum queue: 3
