"""What the comparison's tests share: the reader's folder beside both servers."""

from __future__ import annotations

import pytest

from harness.lab.servers import RabbitMQ, Redis
from harness.proof.runners.workspace import Workspace

WAYS = "compare/survives"  # where the six ways are, which all pages of the comparison use


@pytest.fixture
def both(redis_server: Redis, rabbitmq: RabbitMQ, workspace: Workspace, request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the six ways and the page's files, beside a Redis and a broker that are empty."""
    workspace.copy(WAYS)
    workspace.copy(request.module.PAGE)
    workspace.env.update(rabbitmq.tool_environment())
    return workspace
