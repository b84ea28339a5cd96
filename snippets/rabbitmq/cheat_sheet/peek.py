import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders.dead", durable=True)
    channel.confirm_delivery()
    channel.basic_publish("", "orders.dead", b"order-17", mandatory=True)

    method, properties, body = channel.basic_get("orders.dead")
    print(body.decode(), method.message_count)  # how many more there are
    #> order-17 0
    channel.basic_nack(method.delivery_tag, requeue=True)  # looked, put back
    print(channel.queue_purge("orders.dead").method.message_count)
    #> 1
    print(channel.basic_get("orders.dead"))
    #> (None, None, None)
