import time

from rabbitmq_ways import ClassicQueue, QuorumQueue, RabbitStream
from redis_ways import List, PubSub, Stream

WAYS = {
    "Redis Pub/Sub": PubSub,
    "Redis list": List,
    "Redis stream": Stream,
    "RabbitMQ classic queue": ClassicQueue,
    "RabbitMQ quorum queue": QuorumQueue,
    "RabbitMQ stream": RabbitStream,
}


def collect(workers: dict, seconds: float) -> dict[str, list[str]]:
    """What each of them can take, and does, in so many seconds."""
    found: dict[str, list[str]] = {name: [] for name in workers}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for name, worker in workers.items():
            while job := worker.take():
                found[name].append(job[1])
                worker.done(job[0])
    return found
