import pika

# One second instead of the usual 60, so that you need not wait.
broker = pika.ConnectionParameters(
    "localhost", heartbeat=1, blocked_connection_timeout=30
)


def open_channel():
    channel = pika.BlockingConnection(broker).channel()
    channel.confirm_delivery()
    channel.queue_declare("orders", durable=True)
    return channel


quiet, looked_after = open_channel(), open_channel()
# Nobody orders for four seconds. pika looks after this connection meanwhile.
looked_after.connection.sleep(4)
for name, channel in {"looked after": looked_after, "quiet": quiet}.items():
    try:
        channel.basic_publish("", "orders", b"{}", mandatory=True)
        print(f"{name}: confirmed")
    except pika.exceptions.StreamLostError as error:
        print(f"{name}: {type(error).__name__}")
        print(error)
looked_after.connection.close()
