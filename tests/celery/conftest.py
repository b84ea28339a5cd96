"""A folder and its workers for all tests of a class, for starting a Celery worker costs more than a second.

    PAGE = "celery/calling_tasks"
    WORKER = ("celery", "-A", "tasks", "worker", "--without-mingle")

    @pytest.mark.usefixtures("worker")
    class TestWithOneWorker: ...

Tests of such a class do not ask for `redis_server` or `rabbitmq`, which empty the server before each test, but for
`brokers`. The lines that ran in the folder count as executed by each test of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from kombu import pools

from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis
from harness.process import wait_until
from harness.proof import evidence
from harness.proof.plugin import PYTHON, playing
from harness.proof.runners import script
from harness.proof.runners.terminal import Terminal
from harness.proof.runners.workspace import Process, Workspace

PATIENCE = 90  # seconds


@pytest.fixture
def fresh_connections() -> None:
    """Drop kombu's pooled connections, which an earlier test's server may have closed; an app that has one loses it."""
    pools.reset()


class Brokers(NamedTuple):
    redis: Redis
    rabbitmq: RabbitMQ


@pytest.fixture(scope="class")
def brokers(servers) -> Brokers:
    """Redis and RabbitMQ on their standard ports, empty at the start of the class."""
    return Brokers(servers.get(Redis), servers.get(RabbitMQ))


@pytest.fixture
def await_messages(redis_server: Redis, rabbitmq: RabbitMQ) -> Callable[[str, int, int], None]:
    """`await_messages("Redis", 8, 2)`: wait until 8 messages wait in the queue `celery` and 2 are unacknowledged."""
    queue = redis_server.client()

    def wait(broker: str, ready: int, unacknowledged: int) -> None:
        if broker == "RabbitMQ":
            rabbitmq.await_queue("celery", ready, unacknowledged, PATIENCE)
            return
        wait_until(
            lambda: (queue.llen("celery"), queue.hlen("unacked")) == (ready, unacknowledged),
            PATIENCE,
            f"{ready} ready and {unacknowledged} unacknowledged messages",
        )

    return wait


@pytest.fixture(scope="session")
def flower_hidden(tmp_path_factory) -> dict[str, str]:
    """Variables for programs that find no Flower. Celery imports the commands of all packages for each command, and a
    reader has installed Flower for one page only, if at all; a module that needs it says so: `FLOWER = True`."""
    folder = tmp_path_factory.mktemp("flower_hidden")
    (folder / "sitecustomize.py").write_text("import sys\n\nsys.modules['flower'] = None\n")
    return {"PYTHONPATH": str(folder)}


def _without_flower(request: pytest.FixtureRequest) -> dict[str, str]:
    return {} if getattr(request.module, "FLOWER", False) else request.getfixturevalue("flower_hidden")


@pytest.fixture
def workspace(request: pytest.FixtureRequest, workspace: Workspace) -> Workspace:
    workspace.env |= _without_flower(request)
    return workspace


@pytest.fixture(scope="class")
def together(request: pytest.FixtureRequest, brokers: Brokers, tmp_path_factory) -> Iterator[Workspace]:
    """A `workspace` that lives as long as the class; its programs find both brokers."""
    folder = tmp_path_factory.mktemp("together")
    env = brokers.rabbitmq.tool_environment() | _without_flower(request)
    space = Workspace(folder / "shop", folder / "logs", folder / "coverage", env)
    yield space
    for process in space.processes:
        process.stop()  # what is killed does not report the lines that it ran
    versions = {server.name: server.version for server in brokers}
    tests = [item for item in request.session.items if item.parent is request.node]
    for relative, lines in space.close().items():
        snippet = space.snippets[relative]
        script.lint(snippet.file, snippet.text)
        for test in tests:
            evidence.executed(test.nodeid, relative, snippet.digest, PYTHON, lines, versions)


@pytest.fixture(scope="class")
def worker(request: pytest.FixtureRequest, together: Workspace) -> Process:
    """A worker that is ready, for all tests of a class: the module's PAGE and WORKER."""
    together.copy(request.module.PAGE)
    worker = together.start(*request.module.WORKER)
    worker.wait_for("ready", timeout=90)
    return worker


@pytest.fixture
def play(together: Workspace, _evidence) -> Iterator[Callable[..., Terminal]]:
    """`terminal`, in the folder of the class."""
    with playing(together, _evidence) as play:
        yield play
