import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
STORED = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
COUNT = 100
waiting: set[int] = set()


def on_open(connection) -> None:
    connection.channel(on_open_callback=on_channel)


def on_channel(channel) -> None:
    channel.queue_declare("orders", durable=True, callback=lambda _: publish(channel))


def publish(channel) -> None:
    channel.confirm_delivery(ack_nack_callback=lambda frame: on_answer(channel, frame))
    for number in range(1, COUNT + 1):  # does not wait for any of them
        channel.basic_publish("", "orders", b"{}", STORED, mandatory=True)
        waiting.add(number)
    print(f"published: {COUNT}, not yet confirmed: {len(waiting)}")
    #> published: 100, not yet confirmed: 100


def on_answer(channel, frame) -> None:
    answer = frame.method  # Basic.Ack or Basic.Nack
    first = 1 if answer.multiple else answer.delivery_tag  # all up to this one?
    waiting.difference_update(range(first, answer.delivery_tag + 1))
    if not waiting:
        print("all answered, the last with", answer.NAME)
        #> all answered, the last with Basic.Ack
        channel.connection.close()


def on_closed(connection, reason) -> None:
    connection.ioloop.stop()


connection = pika.SelectConnection(
    broker,
    on_open_callback=on_open,
    on_open_error_callback=on_closed,
    on_close_callback=on_closed,
)
connection.ioloop.start()
