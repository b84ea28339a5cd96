import pika

SHORT = {"x-queue-type": "quorum", "x-max-length": 3}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=SHORT)
    channel.confirm_delivery()
    for number in (b"1", b"2", b"3", b"4", b"5"):
        channel.basic_publish("", "orders", number, mandatory=True)
    print("five orders confirmed")
    #> five orders confirmed
    left = [channel.basic_get("orders", auto_ack=True)[2] for _ in range(4)]
    print(left)
    #> [b'3', b'4', b'5', None]
