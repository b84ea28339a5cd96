import pika
from issuer import issue

# Permissions are in the token: what to do, in which virtual host, with which names.
SCOPE = "rabbitmq.configure:%2F/orders rabbitmq.write:%2F/amq.default"

login = pika.PlainCredentials("ignored", issue(SCOPE))
broker = pika.ConnectionParameters("localhost", credentials=login)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    channel.basic_publish("", "orders", b'{"id": "order-17"}', mandatory=True)
    print("confirmed")
