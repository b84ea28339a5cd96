import pika

TYPO = {
    "x-queue-type": "quorum",
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "invoices.daed",
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    dead = {"x-queue-type": "quorum"}
    channel.queue_declare("invoices.dead", durable=True, arguments=dead)
    channel.queue_declare("invoices", durable=True, arguments=TYPO)
    channel.confirm_delivery()
    channel.basic_publish("", "invoices", b"invoice-9", mandatory=True)
    method, _, _ = next(channel.consume("invoices", inactivity_timeout=10))
    channel.basic_reject(method.delivery_tag, requeue=False)
    channel.cancel()
    for queue in ("invoices", "invoices.dead"):
        answer = channel.queue_declare(queue, passive=True)
        print(f"{queue}: {answer.method.message_count}")
        #> invoices: 0
        #> invoices.dead: 0
