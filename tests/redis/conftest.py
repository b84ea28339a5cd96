"""What the Redis pages' tests share: the reader's own servers."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness import ROOT
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


@pytest.fixture
def module(redis_server: Redis, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """`module("limiters")`: a published module of the page PAGE, imported and using the server of this test."""
    made = []

    def load(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(name, ROOT / "snippets" / request.module.PAGE / f"{name}.py")
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        made.append(found)
        return found

    yield load
    for found in made:
        found.client.close()
