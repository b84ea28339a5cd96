import pika

QUORUM = {"x-queue-type": "quorum"}
BINDINGS = {"emails": "order.*", "invoices": "order.paid", "refunds": "order.refunded"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("shop", "topic", durable=True)
    for queue, pattern in BINDINGS.items():  # each service does this for its own queue
        channel.queue_declare(queue, durable=True, arguments=QUORUM)
        channel.queue_bind(queue, "shop", pattern)

    paid = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
    channel.basic_publish("shop", "order.paid", b'{"order": 17}', paid, mandatory=True)

    for queue in BINDINGS:
        method, properties, body = channel.basic_get(queue)
        print(queue, body)
        #> emails b'{"order": 17}'
        #> invoices b'{"order": 17}'
        #> refunds None
        if method:
            channel.basic_ack(method.delivery_tag)
