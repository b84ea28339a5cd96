import pika

LIMITS = {"x-max-length": 1, "x-overflow": "reject-publish"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("invoices", durable=True, arguments=LIMITS)
    channel.confirm_delivery()
    for name in ("invoice-1", "invoice-2"):
        try:
            channel.basic_publish("", "invoices", name.encode(), mandatory=True)
            print(f"{name}: confirmed")
            #> invoice-1: confirmed
        except pika.exceptions.NackError as error:
            print(f"{name}: NackError: {error}")
            #> invoice-2: NackError: 0 message(s) NACKed
