import os

import pika

# amqps://USER:PASSWORD@HOST/VHOST, as the service shows it
parameters = pika.URLParameters(os.environ["AMQP_URL"])
parameters.heartbeat = 30  # keeps a load balancer from cutting a quiet connection
parameters.blocked_connection_timeout = 30

with pika.BlockingConnection(parameters) as connection:
    channel = connection.channel()
    queue = channel.queue_declare(
        "orders", durable=True, arguments={"x-queue-type": "quorum"}
    )
    print("virtual host:", parameters.virtual_host)
    print("waiting:", queue.method.message_count)
