import textwrap

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def missing_queue(connection, channel) -> None:
    channel.queue_declare("oders", passive=True)


def other_properties(connection, channel) -> None:
    channel.queue_declare("orders", durable=False)


def locked_queue(connection, channel) -> None:
    owner = pika.BlockingConnection(broker)
    owner.channel().queue_declare("mine", exclusive=True)
    channel.queue_declare("mine", passive=True)


def second_exclusive_consumer(connection, channel) -> None:
    channel.queue_declare("stock", durable=True)
    first = pika.BlockingConnection(broker)
    first.channel().basic_consume("stock", print, exclusive=True)
    channel.basic_consume("stock", print)


def same_consumer_tag(connection, channel) -> None:
    for _ in range(2):
        channel.basic_consume("orders", print, consumer_tag="anna")


def unroutable(connection, channel) -> None:
    channel.confirm_delivery()
    channel.basic_publish("", "oders", b"{}", mandatory=True)


def get_from_a_stream(connection, channel) -> None:
    stream = {"x-queue-type": "stream"}
    channel.queue_declare("events", durable=True, arguments=stream)
    channel.basic_get("events")


def use_after_close(connection, channel) -> None:
    connection.close()
    connection.channel()


def loop_in_a_callback(connection, channel) -> None:
    channel.basic_publish("", "orders", b"{}")
    channel.basic_consume("orders", lambda *_: channel.start_consuming())
    channel.start_consuming()


print("What was done | Exception, some texts cut short | Channel | Connection")
for do in (
    missing_queue,
    other_properties,
    locked_queue,
    second_exclusive_consumer,
    same_consumer_tag,
    unroutable,
    loop_in_a_callback,
    get_from_a_stream,
    use_after_close,
):
    connection = pika.BlockingConnection(broker)
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)
    try:
        do(connection, channel)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        said = textwrap.shorten(said, 120, placeholder=" …")
        what = do.__name__.replace("_", " ")
        now = ["open" if it.is_open else "closed" for it in (channel, connection)]
        print(what, said, *now, sep=" | ")
    if connection.is_open:
        connection.close()
