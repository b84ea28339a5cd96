"""A real Redis for the tests: its own process, its own port, empty before each test."""

import socket
import subprocess

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    words = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(["redis-server", *map(str, words)], stdout=log)
    server.port = port
    # Up to 100 attempts, 0.1 s apart, until it answers.
    with redis.Redis(port=port, retry=Retry(ConstantBackoff(0.1), 100)) as client:
        client.ping()
    yield server
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture
def client(redis_server):
    with redis.Redis(
        port=redis_server.port,
        decode_responses=True,
        socket_timeout=0.5,
        retry=Retry(ConstantBackoff(0), 0),
    ) as made:
        made.flushdb()
        yield made
