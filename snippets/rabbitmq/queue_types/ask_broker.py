import pika

TYPES = ("classic", "quorum", "stream")
WISHES = {
    "not durable, exclusive": ({"exclusive": True}, {}),
    "x-max-priority": ({"durable": True}, {"x-max-priority": 5}),
    "x-message-ttl": ({"durable": True}, {"x-message-ttl": 60_000}),
    "x-expires": ({"durable": True}, {"x-expires": 60_000}),
    "x-max-length": ({"durable": True}, {"x-max-length": 1000}),
    "x-max-length-bytes": ({"durable": True}, {"x-max-length-bytes": 10_000_000}),
    "x-overflow: reject-publish": ({"durable": True}, {"x-overflow": "reject-publish"}),
    "x-dead-letter-exchange": ({"durable": True}, {"x-dead-letter-exchange": ""}),
    "x-delivery-limit": ({"durable": True}, {"x-delivery-limit": 5}),
    "x-single-active-consumer": (
        {"durable": True},
        {"x-single-active-consumer": True},
    ),
}


def accepts(connection: pika.BlockingConnection, kind: str, wish: str) -> str:
    options, arguments = WISHES[wish]
    name, arguments = f"ask.{kind}.{wish}", {"x-queue-type": kind, **arguments}
    channel = connection.channel()
    try:
        channel.queue_declare(name, arguments=arguments, **options)
        channel.queue_delete(name)
    except pika.exceptions.ChannelClosedByBroker as error:
        return f"no ({error.reply_code})"
    return "yes"


broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as connection:
    print("Declared with", *TYPES, sep=" | ")
    for wish in WISHES:
        print(wish, *(accepts(connection, kind, wish) for kind in TYPES), sep=" | ")
