import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("shop", "topic", durable=True)
    # fanout, so that it takes messages with whatever key they have
    channel.exchange_declare("unrouted", "fanout", durable=True)
    channel.queue_declare("unrouted", durable=True, arguments=QUORUM)
    channel.queue_bind("unrouted", "unrouted")
    try:
        channel.basic_publish("shop", "ordr.paid", b"{}", mandatory=True)
    except pika.exceptions.UnroutableError as error:
        print("UnroutableError:", error)
    method, properties, body = channel.basic_get("unrouted")
    print("caught:", method and method.routing_key)
    if method:
        channel.basic_ack(method.delivery_tag)
