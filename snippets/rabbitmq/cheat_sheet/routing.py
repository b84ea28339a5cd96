import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def waiting(queue: str) -> int:
    return channel.queue_declare(queue, passive=True).method.message_count


with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("unrouted", "fanout", durable=True)
    catch = {"alternate-exchange": "unrouted"}
    channel.exchange_declare("events", "topic", durable=True, arguments=catch)
    for queue in ("paid", "all-orders", "lost"):
        channel.queue_declare(queue, durable=True)
    channel.queue_bind("paid", "events", "order.*.paid")  # * is one word
    channel.queue_bind("all-orders", "events", "order.#")  # # is any number
    channel.queue_bind("lost", "unrouted")
    for key in ("order.17.paid", "order.17", "user.1.new"):
        channel.basic_publish("events", key, b"{}", mandatory=True)
    print(waiting("paid"), waiting("all-orders"), waiting("lost"))
    #> 1 2 1
    channel.queue_unbind("paid", "events", "order.*.paid")
