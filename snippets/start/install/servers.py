from collections.abc import Callable
from urllib.request import urlopen

import pika
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def ask_redis() -> None:
    once = Retry(NoBackoff(), retries=0)
    with redis.Redis(host="localhost", socket_timeout=5, retry=once) as client:
        client.ping()


def ask_rabbitmq() -> None:
    pika.BlockingConnection(pika.ConnectionParameters("localhost")).close()


def ask_bugsink() -> None:
    urlopen("http://localhost:9000/health/ready", timeout=5).close()


servers: dict[str, Callable[[], None]] = {
    "Redis": ask_redis,
    "RabbitMQ": ask_rabbitmq,
    "Bugsink (optional)": ask_bugsink,
}
for name, ask in servers.items():
    try:
        ask()
        print(f"{name}: answers")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
