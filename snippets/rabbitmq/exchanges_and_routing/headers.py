import pika

BINDINGS = {
    "printer": {"x-match": "all", "format": "pdf", "country": "de"},
    "archive": {"x-match": "any", "format": "pdf", "country": "de"},
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("documents", "headers", auto_delete=True)
    for queue, wanted in BINDINGS.items():
        channel.queue_declare(queue, exclusive=True)  # gone with this connection
        channel.queue_bind(queue, "documents", arguments=wanted)

    for headers in ({"format": "pdf", "country": "de"}, {"format": "pdf"}, {}):
        properties = pika.BasicProperties(headers=headers)
        channel.basic_publish("documents", "", b"invoice", properties)
        print([q for q in BINDINGS if channel.queue_purge(q).method.message_count])
        #> ['printer', 'archive']
        #> ['archive']
        #> []
