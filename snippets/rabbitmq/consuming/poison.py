import pika

ENOUGH = 40


def deliver(channel, how: str, limit: int) -> tuple[int, str]:
    """Fail with one message until it is gone: (deliveries, how it ended)."""
    queue, dead = f"poison-{how}-{limit}", f"dead-{how}-{limit}"
    arguments = {"x-queue-type": "quorum"}
    if limit:
        arguments |= {"x-delivery-limit": limit, "x-dead-letter-exchange": ""}
        arguments |= {"x-dead-letter-routing-key": dead}
    channel.queue_declare(dead, durable=True)
    channel.queue_declare(queue, durable=True, arguments=arguments)
    channel.basic_publish("", queue, b"{broken", mandatory=True)
    reader = connection.channel()
    count, end = 0, "still coming back"
    while count < ENOUGH:
        method, _, _ = next(reader.consume(queue, inactivity_timeout=1))
        if method is None:  # a second without a message: it is gone
            letters = channel.queue_declare(dead, passive=True).method.message_count
            end = "dead-lettered" if letters else "dropped"
            break
        count += 1
        if how == "nack":
            reader.basic_nack(method.delivery_tag, requeue=True)
        elif how == "reject":
            reader.basic_reject(method.delivery_tag, requeue=True)
        else:
            reader.close()  # a message without an answer goes back, too
            reader = connection.channel()
    return count, end


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    print("Answer | Delivery limit | Deliveries | End")
    for how in ("nack", "reject", "none, channel closed"):
        print(how, 3, *deliver(channel, how, 3), sep=" | ")
    print("reject", "none set", *deliver(channel, "reject", 0), sep=" | ")
