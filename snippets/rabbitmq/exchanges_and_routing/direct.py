import pika

BINDINGS = [("on-call", "urgent"), ("support", "urgent"), ("support", "normal")]

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("tickets", "direct", auto_delete=True)
    for queue, key in BINDINGS:
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "tickets", key)

    for key in ("urgent", "normal", "urgent.now"):
        channel.basic_publish("tickets", key, b"{}")
        # Purging empties a queue and says how many messages were in it.
        count = {q: channel.queue_purge(q).method.message_count for q, _ in BINDINGS}
        print(key, count)
        #> urgent {'on-call': 1, 'support': 0}
        #> normal {'on-call': 0, 'support': 0}
        #> urgent.now {'on-call': 0, 'support': 0}
