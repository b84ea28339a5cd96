import pika

QUORUM = {"x-queue-type": "quorum"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.exchange_declare("events", "topic", durable=True)
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.queue_bind("orders", "events", "order.#")
    channel.confirm_delivery()
    for number in (17, 18, 19):
        order = b'{"id": "order-%d"}' % number
        channel.basic_publish("events", "order.paid", order, mandatory=True)
    waiting = channel.queue_declare("orders", passive=True).method.message_count
    print(f"waiting: {waiting}")
