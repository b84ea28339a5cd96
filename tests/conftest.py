"""What the tests of several guides share."""

from __future__ import annotations

import os
import shutil

import pytest

from harness.lab.provision import Provision
from harness.lab.servers import Redis
from harness.proof.runners.workspace import Workspace


@pytest.fixture
def shop(workspace: Workspace, redis_server: Redis, request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the page's files (the module's PAGE), and an empty Redis."""
    workspace.copy(request.module.PAGE)
    return workspace


@pytest.fixture
def docker_compose(workspace: Workspace, provision: Provision) -> Workspace:
    """The reader's folder, where `docker compose` does what it can do without an engine: read and check files.

    On Debian it is Docker's Compose plugin, run by itself; beside running servers elsewhere it is the real command.
    """
    if provision.compose is not None:
        tools = workspace.path.parent / "compose"
        tools.mkdir()
        shim = tools / "docker"
        shim.write_text(f'#!/bin/sh\n[ "$1" = compose ] && shift && exec "{provision.compose}" "$@"\nexit 125\n')
        shim.chmod(0o755)
        workspace.env["PATH"] = f"{tools}{os.pathsep}{workspace.env['PATH']}"
    elif not shutil.which("docker"):
        pytest.skip("needs Docker Compose: the plugin of Docker, or a Debian host")
    return workspace
