"""Pytest fixtures for servers: one of each for a test session, running, thawed and empty before each test.

`redis_server`, `rabbitmq`, `bugsink` listen on the standard ports, as pages say. `new_redis` and `new_rabbitmq` make
further ones on other ports, which end with the test. A failing test shows the log of each server it used.

With GUIDE_SERVICES=running, Redis and RabbitMQ are those that listen already. A test that would break them, that needs
more than their standard ports, or that is marked `own_servers`, is skipped with its reason.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from harness import ROOT
from harness.lab.lanes import lane
from harness.lab.provision import CALLED, Provision, wants_running
from harness.lab.servers.base import FaultUnavailable, Server, ServerError, listening
from harness.lab.servers.bugsink import Bugsink
from harness.lab.servers.ingest import Ingest
from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis
from harness.lab.servers.spotlight import Spotlight

SERVICES_KEY = pytest.StashKey[list[tuple[str, str, str]]]()
"""On a test's node: ("service", name, version; "" for our own) of each server it used, for the verification record."""

_SERVERS_KEY = pytest.StashKey[list[Server]]()
S = TypeVar("S", bound=Server)


class Servers:
    """The session's servers by name, started when first asked for."""

    def __init__(self, provided: Provision) -> None:
        self._provided = provided
        self._running: dict[str, Server] = {}

    def get(self, kind: type[S]) -> S:
        """The session's server of this kind, running, thawed, empty. Raises ServerError when it cannot be."""
        server = self._running.get(kind.name)
        if server is None:
            server = self._running[kind.name] = self._make(kind)
            server.start()
            self._check_version(server)
        if server.frozen:
            server.thaw()
        if not server.running:  # the drill of an earlier test ended it
            server.start()
        try:
            server.reset()
        except Exception as reason:  # a server that a test broke for good is replaced, not repaired
            server.close()
            self._running.pop(kind.name)
            fresh = self._running[kind.name] = self._make(kind)
            try:
                fresh.start()
                fresh.reset()
            except Exception as error:
                raise ServerError(f"{kind.name} cannot be brought back: {error}; at first: {reason}") from error
            return fresh  # type: ignore[return-value]
        return server  # type: ignore[return-value]

    def _make(self, kind: type[Server]) -> Server:
        if not self._provided.ours and kind in (Redis, RabbitMQ):
            from harness.lab.servers import running

            return running.server(kind)
        server = kind()  # type: ignore[call-arg]  # each kind has a standard port
        self.need_port(server.port)
        return server

    def need_port(self, port: int) -> None:
        """Skip the test when the port is taken, beside servers that somebody else started; ours has a free one."""
        if not self._provided.ours and listening(port):
            raise FaultUnavailable(
                f"this test needs port {port} for a program of its own, and it is taken; "
                "start Redis and RabbitMQ only (`docker compose up --detach --wait redis rabbitmq`)"
            )

    def _check_version(self, server: Server) -> None:
        """A lane's promise is checked against the server itself."""
        chosen = lane(self._provided.lane)
        wanted = {"Redis": chosen.redis, "RabbitMQ": chosen.rabbitmq}.get(server.name)
        if wanted and self._provided.ours and not f"{server.version}.".startswith(f"{wanted}."):
            raise ServerError(
                f"lane {chosen.name} is {server.name} {wanted}, but {server.version} was started: "
                f"correct harness/lab/lanes.py, or the suite it names"
            )

    def stop(self, kind: type[Server]) -> None:
        """End this server if it runs, so that its port is free; the next `get` starts it again."""
        server = self._running.get(kind.name)
        if server is not None and server.running:
            server.stop()

    def close(self) -> None:
        """End all of them."""
        problems = []
        for server in self._running.values():
            try:
                server.close()
            except Exception as error:
                problems.append(f"{server.name}: {error}")
        self._running.clear()
        if problems:
            raise ServerError("servers did not end: " + "; ".join(problems))


@pytest.fixture(scope="session")
def provision() -> Provision:
    """What this run was given; its commands are first on PATH from here on."""
    provided = Provision.from_env()
    os.environ.update(provided.child_env())
    return provided


@pytest.fixture(scope="session")
def servers(provision: Provision) -> Iterator[Servers]:
    """All servers of this session, ended with it."""
    made = Servers(provision)
    yield made
    made.close()


@pytest.fixture
def redis_server(servers: Servers, request: pytest.FixtureRequest) -> Redis:
    """Redis on localhost:6379, empty."""
    return _used(request.node, servers.get(Redis))


@pytest.fixture
def rabbitmq(servers: Servers, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RabbitMQ:
    """RabbitMQ on localhost:5672 (management on 15672, Prometheus on 15692), empty; rabbitmqctl talks to it."""
    server = _used(request.node, servers.get(RabbitMQ))
    for name, value in server.tool_environment().items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture
def bugsink(servers: Servers, request: pytest.FixtureRequest) -> Bugsink:
    """Bugsink on http://localhost:9000, without projects."""
    return _used(request.node, servers.get(Bugsink))


@pytest.fixture
def spotlight(servers: Servers, request: pytest.FixtureRequest) -> Spotlight:
    """Spotlight on http://localhost:8969, empty."""
    return _used(request.node, servers.get(Spotlight))


@pytest.fixture
def ingest(servers: Servers, request: pytest.FixtureRequest) -> Iterator[Ingest]:
    """In Bugsink's place on http://localhost:9000, for a test that needs what Bugsink does not keep: any key and
    project will do, every envelope is kept as sent (see `harness.lab.servers.ingest`)."""
    if "bugsink" in request.fixturenames:
        pytest.fail("`ingest` and `bugsink` listen on the same port: use one of them in a test")
    servers.stop(Bugsink)
    servers.need_port(9000)
    request.node.stash.setdefault(SERVICES_KEY, []).append(("service", Ingest.name, ""))
    receiver = Ingest().start()
    yield receiver
    receiver.close()


@pytest.fixture
def new_redis(provision: Provision, request: pytest.FixtureRequest) -> Iterator[Callable[..., Redis]]:
    """`new_redis(port=6380, args=[...], config=...)`: one more Redis, started; it ends with the test."""
    yield from _factory(Redis, provision, request.node)


@pytest.fixture
def new_rabbitmq(provision: Provision, request: pytest.FixtureRequest) -> Iterator[Callable[..., RabbitMQ]]:
    """`new_rabbitmq(port=5673, nodename="rabbit2@localhost", ...)`: one more broker, started; it ends with the test."""
    yield from _factory(RabbitMQ, provision, request.node)


def _factory(kind: type[S], provided: Provision, node: pytest.Item) -> Iterator[Callable[..., S]]:
    if not provided.ours:
        raise FaultUnavailable(f"this test starts one more {kind.name}, and the run did not start the servers")
    made: list[S] = []

    def make(*args: Any, **options: Any) -> S:
        server = kind(*args, **options)
        made.append(server)
        server.start()
        return _used(node, server)

    yield make
    for server in made:
        server.close()


def _used(node: pytest.Item, server: S) -> S:
    node.stash.setdefault(SERVICES_KEY, []).append(("service", server.name, server.version))
    node.stash.setdefault(_SERVERS_KEY, []).append(server)
    return server


def pytest_runtest_setup(item: pytest.Item) -> None:
    """With running servers, skip what is marked `own_servers("why")` or is no page's test, and forget the commands of
    the test before."""
    if not wants_running():
        return
    if any(item.path.is_relative_to(ROOT / "tests" / name) for name in ("harness", "site")):
        pytest.skip("this test is about the machinery or the built site, and needs no running servers: `make test`")
    if marker := item.get_closest_marker("own_servers"):
        pytest.skip(f"this test {marker.args[0]}, and the run did not start the servers")
    os.environ.setdefault(CALLED, str(Path(tempfile.gettempdir(), f"guide-called-{os.getpid()}")))
    Path(os.environ[CALLED]).unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach server logs to the report of a failing test; skip one that needs servers of its own."""
    report = yield
    if not report.failed:
        return report
    if why := _needs_own_servers(call):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: {why}")
        return report
    for server in item.stash.get(_SERVERS_KEY, []):
        report.sections.append((f"log of {server!r}", server.log_tail()))
    return report


def _needs_own_servers(call: pytest.CallInfo[None]) -> str:
    """Why a test failed that cannot pass with running servers; "" for any other failure."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, FaultUnavailable):
        return str(error)
    file = Path(os.environ.get(CALLED, ""))
    if wants_running() and file.is_file():
        called = sorted(set(file.read_text(encoding="utf-8").splitlines()))
        return f"this test calls {', '.join(called)}, and the run did not start the servers"
    return ""
