"""Run coroutines in tasks, with one event loop and one client for many tasks.

Guarantees: a thread (with prefork: a process) keeps its loop and its client, and no
other one uses them. After any exception, a time limit included, what still runs on the
loop is canceled, and the next task gets a new loop and a new client.
Does not guarantee: that the hard time limit leaves time to clean up.
Needs: the prefork, solo or threads pool; gevent replaces what asyncio needs.
The caller brings: a function that takes the client and returns a coroutine.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import redis.asyncio as redis

T = TypeVar("T")


class Loop(threading.local):
    runner: asyncio.Runner | None = None
    client: redis.Redis | None = None


own = Loop()


def run(work: Callable[[redis.Redis], Coroutine[Any, Any, T]]) -> T:
    if own.runner is None or own.client is None:
        own.runner = asyncio.Runner()
        own.client = redis.Redis(db=2, socket_timeout=5, socket_connect_timeout=2)
    try:
        return own.runner.run(work(own.client))
    except BaseException:
        runner, own.runner, own.client = own.runner, None, None
        runner.close()  # cancels what still runs
        raise
