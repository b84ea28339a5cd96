import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("bills", durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    same = pika.BasicProperties(message_id="order-17")
    for _ in range(2):
        channel.basic_publish("", "bills", b"{}", same, mandatory=True)
    stored = channel.queue_declare("bills", passive=True).method.message_count
    print(f"stored: {stored}")
    #> stored: 2
