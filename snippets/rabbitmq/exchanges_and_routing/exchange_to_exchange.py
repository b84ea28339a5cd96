import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("events", "topic", auto_delete=True)
    # internal: only other exchanges may publish to it
    channel.exchange_declare("audit", "fanout", auto_delete=True, internal=True)
    channel.exchange_bind("audit", source="events", routing_key="order.#")
    for queue in ("archive", "search-index"):
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "audit")
    channel.queue_bind("archive", "events", "#")  # a second way to the same queue

    channel.basic_publish("events", "order.paid", b"{}")
    for queue in ("archive", "search-index"):
        print(queue, channel.queue_purge(queue).method.message_count)
        #> archive 1
        #> search-index 1
    try:
        channel.basic_publish("audit", "order.paid", b"{}")
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_text)
        #> ACCESS_REFUSED - cannot publish to internal exchange 'audit' in vhost '/'
