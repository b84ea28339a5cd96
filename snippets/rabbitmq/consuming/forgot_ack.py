import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def work(seconds: float) -> list[str]:
    """Do the work, never acknowledge, and end after some idle seconds."""
    done = []
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=2)
        for method, _, body in channel.consume("parcels", inactivity_timeout=seconds):
            if method is None:
                break
            done.append(body.decode() + " again" * method.redelivered)
            # wrong: no basic_ack
    return done


with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("parcels", durable=True, arguments={"x-queue-type": "quorum"})
    for number in range(1, 5):
        channel.basic_publish("", "parcels", f"parcel {number}".encode())

print("first start: ", sorted(work(2)))
#> first start:  ['parcel 1', 'parcel 2']
print("after restart:", sorted(work(2)))
#> after restart: ['parcel 1 again', 'parcel 2 again']
