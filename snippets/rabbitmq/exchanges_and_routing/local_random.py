import pika

QUEUES = ["resize-1", "resize-2"]

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("resize", "x-local-random", auto_delete=True)
    for queue in QUEUES:
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "resize", routing_key="")

    for _ in range(40):
        channel.basic_publish("resize", "", b"photo", mandatory=True)
    counts = [channel.queue_purge(queue).method.message_count for queue in QUEUES]
    print("in total:", sum(counts), "- both got some:", min(counts) > 0)
    #> in total: 40 - both got some: True
