import pika

QUORUM = {"x-queue-type": "quorum"}
WITH_DEAD_LETTERS = {
    **QUORUM,
    "x-dead-letter-exchange": "",  # the default exchange ...
    "x-dead-letter-routing-key": "emails.dead",  # ... and so the queue "emails.dead"
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("emails.dead", durable=True, arguments=QUORUM)
    channel.queue_declare("emails", durable=True, arguments=WITH_DEAD_LETTERS)
    channel.confirm_delivery()
    channel.basic_publish("", "emails", b"amina at example.com", mandatory=True)

    method, _, _ = next(channel.consume("emails", inactivity_timeout=10))
    channel.basic_reject(method.delivery_tag, requeue=False)
    channel.cancel()

    _, properties, body = next(channel.consume("emails.dead", inactivity_timeout=10))
    print(body)
    #> b'amina at example.com'
    death = properties.headers["x-death"][0]
    print(death["queue"], death["reason"], death["count"])
    #> emails rejected 1
