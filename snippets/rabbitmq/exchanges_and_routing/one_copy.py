import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("events", "topic", auto_delete=True)
    channel.queue_declare("audit", exclusive=True)  # gone with this connection
    channel.queue_bind("audit", "events", "order.*")
    channel.queue_bind("audit", "events", "#")
    channel.basic_publish("events", "order.paid", b"{}")
    print("copies:", channel.queue_declare("audit", passive=True).method.message_count)
    #> copies: 1
