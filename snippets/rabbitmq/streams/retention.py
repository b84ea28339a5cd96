import pika

# Tiny on purpose: at most 50 kB, in files of 10 kB.
TINY = {
    "x-queue-type": "stream",
    "x-max-length-bytes": 50_000,
    "x-stream-max-segment-size-bytes": 10_000,
}
broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("clicks", durable=True, arguments=TINY)
    channel.confirm_delivery()
    for number in range(200):
        body = f"{number}".ljust(1000).encode()
        channel.basic_publish("", "clicks", body, mandatory=True)

    channel.basic_qos(prefetch_count=200)
    kept = []
    for method, _, body in channel.consume(
        "clicks", arguments={"x-stream-offset": 0}, inactivity_timeout=10
    ):
        kept.append(int(body))
        channel.basic_ack(method.delivery_tag)
        if kept[-1] == 199:
            break
print("asked for 0, got 0:", kept[0] == 0)
#> asked for 0, got 0: False
print("at most 50 of 200 left:", len(kept) <= 50)
#> at most 50 of 200 left: True
