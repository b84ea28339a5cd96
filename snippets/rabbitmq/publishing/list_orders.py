import pika

with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    last = 0
    while True:
        method, properties, _ = channel.basic_get("orders")
        if method is None:  # the queue is empty
            break
        last = method.delivery_tag
        print(properties.message_id)
    if last:  # all back; a nack does not count as a failure in RabbitMQ 4.3
        channel.basic_nack(last, multiple=True, requeue=True)
