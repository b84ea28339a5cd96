"""What the tests of several guides share."""

from __future__ import annotations

import pytest

from harness.runners.workspace import Workspace
from harness.services import Redis


@pytest.fixture
def shop(workspace: Workspace, redis_server: Redis, request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the page's files (the module's PAGE), and an empty Redis."""
    workspace.copy(request.module.PAGE)
    return workspace
