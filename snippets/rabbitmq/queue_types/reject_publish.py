import pika

SHORT = {
    "x-queue-type": "quorum",
    "x-max-length": 3,
    "x-overflow": "reject-publish",
}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=SHORT)
    channel.confirm_delivery()
    confirmed, refused = [], []
    for number in range(1, 11):
        try:
            channel.basic_publish("", "orders", b"%d" % number, mandatory=True)
            confirmed.append(number)
        except pika.exceptions.NackError as error:
            refused.append(number)
            problem = f"NackError: {error}"
    print(problem)
    #> NackError: 0 message(s) NACKed
    left = channel.queue_declare("orders", passive=True).method.message_count
    print("as many confirmed as stored:", left == len(confirmed))
    #> as many confirmed as stored: True
