import pika

PATTERNS = ["order.*", "order.#", "*.paid.*", "#.failed", "#"]
KEYS = ["order", "order.paid", "order.paid.eu", "order.card.failed", "failed", ""]

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("topic-lab", "topic", auto_delete=True)
    for pattern in PATTERNS:  # one queue for each pattern, named like it
        channel.queue_declare(pattern, exclusive=True)
        channel.queue_bind(pattern, "topic-lab", pattern)

    print("Routing key", *PATTERNS, sep=" | ")
    for key in KEYS:
        channel.basic_publish("topic-lab", key, b"{}")
        got = [channel.queue_purge(q).method.message_count for q in PATTERNS]
        row = ["yes" if count else "no" for count in got]
        print(key or "(empty)", *row, sep=" | ")
