"""Wait at startup until both servers answer, and give up after a minute.

Guarantees: an open connection, or the last error. A wrong password is raised at once.
Does not guarantee: that the server still answers a second later, so handle errors of
each command, too. A lookup in a slow name server can exceed the limit.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pika
import pika.exceptions
import redis

T = TypeVar("T")
REFUSED = (redis.AuthenticationError, pika.exceptions.ProbableAuthenticationError)
NOT_YET = (
    redis.ConnectionError,
    redis.TimeoutError,
    pika.exceptions.AMQPConnectionError,
    OSError,
)


def wait_for(connect: Callable[[], T], seconds: float = 60) -> T:
    deadline = time.monotonic() + seconds
    last = None
    while True:
        try:
            return connect()
        except REFUSED:
            raise
        except NOT_YET as error:
            if time.monotonic() > deadline:
                raise
            if str(error) != last:
                last = str(error)
                print(f"waiting: {type(error).__name__}: {error}", file=sys.stderr)
            time.sleep(0.5)


def connect_redis() -> redis.Redis:
    url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5)
    client.ping()
    return client


def connect_rabbitmq() -> pika.BlockingConnection:
    url = os.environ.get("BROKER_URL", "amqp://guest:guest@localhost:5672/")
    return pika.BlockingConnection(pika.URLParameters(url))


if __name__ == "__main__":
    with wait_for(connect_redis), wait_for(connect_rabbitmq):
        print("both servers answer")
