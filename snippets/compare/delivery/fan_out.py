import pika
from redis_ways import List, PubSub, Stream
from six_ways import RabbitStream, collect

TEN = [f"shop-{number}" for number in range(10)]
NEWS = "prices have changed"


def received(way, jobs: str, teams: list[str]) -> int:
    """How many of ten readers get one message."""
    readers = {}
    for name, team in zip(TEN, teams, strict=True):
        readers[name] = way(name, jobs, team)
    for reader in readers.values():
        reader.listen()
    sender = way("the office", jobs)
    sender.send(NEWS)
    found = collect(readers, seconds=2)
    for one in (sender, *readers.values()):
        one.close()
    return sum(map(len, found.values()))


def received_from_queues() -> int:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.exchange_declare("news", "fanout", durable=True)
        for name in TEN:
            channel.queue_declare(name, exclusive=True)
            channel.queue_bind(name, "news")
        channel.basic_publish("news", "", NEWS.encode(), mandatory=True)
        got = [channel.basic_get(name, auto_ack=True)[2] for name in TEN]
        return got.count(NEWS.encode())


SAME = ["team"] * 10
print("What | Received by, of 10")
print("Redis Pub/Sub |", received(PubSub, "news", SAME))
print("Redis list |", received(List, "news", SAME))
print("Redis stream, one group |", received(Stream, "news-shared", SAME))
print("Redis stream, a group for each |", received(Stream, "news-each", TEN))
print("RabbitMQ fanout exchange, a queue for each |", received_from_queues())
print("RabbitMQ stream |", received(RabbitStream, "news", TEN))
