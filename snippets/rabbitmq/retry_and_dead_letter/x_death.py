import pika

QUORUM = {"x-queue-type": "quorum"}
TO_DEAD = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "orders.dead"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders.dead", durable=True, arguments=QUORUM)
    channel.queue_declare("orders", durable=True, arguments={**QUORUM, **TO_DEAD})
    channel.confirm_delivery()
    properties, body = pika.BasicProperties(), b"order-17"
    for times in (1, 2, 3):
        channel.basic_publish("", "orders", body, properties, mandatory=True)
        method, _, _ = next(channel.consume("orders", inactivity_timeout=10))
        channel.basic_reject(method.delivery_tag, requeue=False)
        channel.cancel()
        dead = channel.consume("orders.dead", auto_ack=True, inactivity_timeout=10)
        _, properties, body = next(dead)
        channel.cancel()
        print(f"rejected {times} times:", properties.headers["x-death"][0]["count"])
