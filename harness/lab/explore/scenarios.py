"""What scenarios have in common: a server behind a proxy, how a real server refuses, and how a worker ends."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.lab.explore.program import DEADLINE, Process
from harness.lab.explore.wire import CommandProxy
from harness.process import wait_until


@dataclass(frozen=True)
class Behind:
    """A server behind a proxy. `direct`: a client of Redis, or a pika connection, that passes the proxy by."""

    server: Any
    proxy: CommandProxy
    direct: Any


@contextlib.contextmanager
def behind_proxy(server: Any, port: int, protocol: str) -> Iterator[Behind]:
    """Put a proxy on `port` in front of a running server; `protocol`: "redis" or "amqp"."""
    with CommandProxy(port, server.port, protocol) as proxy:
        if protocol == "redis":
            with server.client(decode_responses=True) as client:
                yield Behind(server, proxy, client)
        else:
            import pika

            # Without heartbeats: it is used from time to time, by one test.
            parameters = pika.ConnectionParameters("localhost", server.port, heartbeat=0)
            with pika.BlockingConnection(parameters) as connection:
                yield Behind(server, proxy, connection)


# --- refusals of Redis; `client` passes the proxy by ---


@contextlib.contextmanager
def full(client: Any) -> Iterator[None]:
    """Redis refuses every write with OOM while the block runs."""
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", 1)
    try:
        yield
    finally:
        client.config_set("maxmemory", 0)


@contextlib.contextmanager
def read_only(client: Any) -> Iterator[None]:
    """Redis is a replica and refuses every write with READONLY while the block runs, as after a failover."""
    client.replicaof("127.0.0.1", 1)  # no primary listens there: the data stay
    try:
        yield
    finally:
        client.replicaof("NO", "ONE")


@contextlib.contextmanager
def forbidden(client: Any, *rules: str) -> Iterator[None]:
    """Redis refuses with NOPERM what `rules` forbid to the default user while the block runs: "-@write", "-eval"."""
    client.acl_setuser("default", enabled=True, commands=list(rules or ("-@write",)))
    try:
        yield
    finally:
        client.acl_setuser("default", enabled=True, commands=["+@all"])


# --- refusals of RabbitMQ ---


@contextlib.contextmanager
def full_queue(server: Any, connection: Any, queue: str) -> Iterator[None]:
    """The broker nacks what is published to `queue`, which has no consumer, while the block runs: its policy is
    `reject-publish`, and it holds a message more than that permits (one of ours, if it holds no other)."""
    body = {"pattern": f"^{queue}$", "definition": {"max-length": 0, "overflow": "reject-publish"}, "priority": 99}
    with contextlib.closing(connection.channel()) as channel:
        channel.confirm_delivery()
        if not (depth := server.queue_depth(queue)):
            channel.basic_publish("", queue, b"filler")
        server.api("PUT", "policies/%2F/explored_full", body)
        wait_until(lambda: _policy(server, queue) == "explored_full", DEADLINE, f"{queue} to refuse messages")
        try:
            yield
        finally:
            if not depth:
                channel.queue_purge(queue)
            server.api("DELETE", "policies/%2F/explored_full")
            wait_until(lambda: _policy(server, queue) != "explored_full", DEADLINE, f"{queue} to accept messages")


def _policy(server: Any, queue: str) -> str:
    """The name of the policy of a queue, from the broker itself: the management API lags by seconds."""
    asked = f"""{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"{queue}">>)),
        case amqqueue:get_policy(Q) of undefined -> none; P -> binary_to_atom(proplists:get_value(name, P)) end"""
    name: str = server.eval(" ".join(asked.split()))
    return name


@contextlib.contextmanager
def unbound(connection: Any, queue: str, exchange: str, routing_key: str) -> Iterator[None]:
    """The broker returns a mandatory message for `routing_key` while the block runs: no queue is bound."""
    with contextlib.closing(connection.channel()) as channel:
        channel.queue_unbind(queue, exchange, routing_key)
        try:
            yield
        finally:
            channel.queue_bind(queue, exchange, routing_key)


# --- how programs begin and end ---


def celery_worker(app: str, *options: str) -> list[str]:
    """For `Scenario.argv`: a worker of `app` that runs its tasks in the traced process and talks to nobody else."""
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return ["-m", "celery", "-A", app, "worker", "--pool", "solo", *alone, *options]


def stopped_when(condition: Callable[[], bool], what: str, timeout: float = DEADLINE) -> Callable[[Process], None]:
    """For `Scenario.finish`: let a worker that never ends by itself work until `condition` holds, then send SIGTERM."""

    def finish(process: Process) -> None:
        wait_until(lambda: condition() or process.returncode is not None, timeout, what)
        process.stop(signal.SIGTERM, timeout)

    return finish
