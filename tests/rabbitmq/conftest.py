"""What the RabbitMQ pages' tests share: the reader's folder beside a running broker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.lab.servers import RabbitMQ
from harness.proof.runners.workspace import Workspace


@pytest.fixture
def page(rabbitmq: RabbitMQ, workspace: Workspace, request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the page's files (the module's PAGE), beside a running broker."""
    workspace.copy(request.module.PAGE)
    workspace.env.update(rabbitmq.tool_environment())
    return workspace


@pytest.fixture
def version(rabbitmq: RabbitMQ) -> tuple[int, int]:
    """Major and minor version of the broker."""
    return rabbitmq.release


@pytest.fixture
def quick_ticks(rabbitmq: RabbitMQ) -> Iterator[None]:
    """Quorum queues count, report and look for late answers every five seconds; half a second saves the test time."""
    rabbitmq.eval("application:set_env(rabbit, quorum_tick_interval, 500)")
    yield
    rabbitmq.eval("application:set_env(rabbit, quorum_tick_interval, 5000)")
