import zlib

import pika

PARTITIONS = 3
STREAM = {"x-queue-type": "stream", "x-max-length-bytes": 1_000_000_000}
EVENTS = [
    (customer, f"{customer}: {what}")
    for what in ("ordered", "paid", "shipped")
    for customer in ("amina", "bilal", "chen", "dora")
]


def partition(customer: str) -> str:
    """The same customer always comes into the same partition, in order."""
    return str(zlib.crc32(customer.encode()) % PARTITIONS)


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.exchange_declare(
        "events", "direct", durable=True, arguments={"x-super-stream": True}
    )
    for number in range(PARTITIONS):
        name, order = f"events-{number}", {"x-stream-partition-order": number}
        channel.queue_declare(name, durable=True, arguments=STREAM)
        channel.queue_bind(name, "events", str(number), arguments=order)
    channel.confirm_delivery()
    for customer, event in EVENTS:
        channel.basic_publish(
            "events", partition(customer), event.encode(), mandatory=True
        )
for customer in ("amina", "bilal", "chen", "dora"):
    print(f"{customer}: events-{partition(customer)}")
