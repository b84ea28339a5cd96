import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
WAIT = {  # what waits here moves on to "orders" after half a second
    "x-queue-type": "quorum",
    "x-message-ttl": 500,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "orders",
}
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare("orders.wait.500ms", durable=True, arguments=WAIT)
    channel.confirm_delivery()
    channel.basic_publish("", "orders.wait.500ms", b"order-17", mandatory=True)
    method, properties, body = next(channel.consume("orders", inactivity_timeout=20))
    print(body.decode(), properties.headers["x-death"][0]["reason"])
    #> order-17 expired
    channel.basic_ack(method.delivery_tag)
