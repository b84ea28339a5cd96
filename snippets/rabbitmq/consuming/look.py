import pika

QUORUM = {"x-queue-type": "quorum"}
LOOKS = 25
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def look(put_back: bool) -> dict | None:
    """Take the message, put it back, and return its headers; None: it is gone."""
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        method, properties, _ = channel.basic_get("parcels")
        if method is None:
            return None
        if put_back:
            channel.basic_nack(method.delivery_tag, requeue=True)
        return properties.headers or {}


print("Each look ends with | looks until it is gone | delivery count | acquired count")
for put_back, name in ((True, "`basic_nack`"), (False, "the end of the connection")):
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        channel.queue_delete("parcels")
        channel.queue_declare("parcels", durable=True, arguments=QUORUM)
        channel.confirm_delivery()
        channel.basic_publish("", "parcels", b"parcel-7", mandatory=True)
    looks, headers = 0, {}
    while looks < LOOKS and (seen := look(put_back)) is not None:
        looks, headers = looks + 1, seen
    gone = "still there" if looks == LOOKS else looks
    counts = [headers.get(f"x-{what}-count", 0) for what in ("delivery", "acquired")]
    print(f"*{name}* | {gone} | {counts[0]} | {counts[1]}")
