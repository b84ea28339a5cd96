"""What the Redis pages' tests share: the reader's own servers."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness.lab.servers import Redis
from harness.lab.servers.base import listening
from harness.process import alive, wait_until
from harness.proof.runners.workspace import Workspace


@pytest.fixture
def reader_server(redis_server: Redis, shop: Workspace) -> Iterator[Workspace]:
    """The reader's folder, and port 6379 free for the server that the reader starts; what is left of it is ended."""
    redis_server.stop()
    yield shop
    pids = {int(file.read_text()) for file in shop.path.rglob("*.pid")}
    once = Retry(NoBackoff(), 0)  # by default, a client tries a server that is down ten more times, for seconds
    with contextlib.suppress(redis.exceptions.RedisError), redis.Redis(socket_timeout=5, retry=once) as left:
        pids.add(left.info("server")["process_id"])
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: not alive(pid), 10, f"the reader's server {pid} to end")
    wait_until(lambda: not listening(6379), 10, "port 6379 to be free")
