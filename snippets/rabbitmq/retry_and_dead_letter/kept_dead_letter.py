import pika

CAREFUL = {
    "x-queue-type": "quorum",
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "invoices.daed",  # the same mistake
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=CAREFUL)
    channel.confirm_delivery()
    channel.basic_publish("", "invoices", b"invoice-9", mandatory=True)
    method, _, _ = next(channel.consume("invoices", inactivity_timeout=10))
    channel.basic_reject(method.delivery_tag, requeue=False)
    channel.cancel()
print("rejected")
#> rejected
