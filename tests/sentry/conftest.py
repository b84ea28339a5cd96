"""A project on a Sentry-compatible server, the reader's folder beside it, and what has arrived."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from harness.runners.workspace import Workspace
from harness.services.bugsink import Bugsink, Project

# What every page of the guide exports as SENTRY_DSN.
DSN = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"


@pytest.fixture
def project(bugsink: Bugsink) -> Project:
    """The project on Bugsink that the pages' DSN names."""
    made = bugsink.project("shop", key=DSN.split("//")[1].split("@")[0])
    assert made.dsn == DSN
    return made


@pytest.fixture
def shop(workspace: Workspace, request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the files of the module's PAGE and the project's address in the environment.

    A test asks for `project` (Bugsink, which stores and groups errors) or `ingest` (keeps every envelope) beside it.
    """
    workspace.copy(request.module.PAGE)
    workspace.env["SENTRY_DSN"] = DSN
    return workspace


@pytest.fixture
def wait_for_events(project: Project) -> Callable[..., list[dict[str, Any]]]:
    """`wait_for_events(2)`: the data of the project's events once there are that many; more of them is an error."""

    def wait(count: int, timeout: float = 20) -> list[dict[str, Any]]:
        deadline = time.monotonic() + timeout
        while len(found := project.events()) < count:
            assert time.monotonic() < deadline, f"{len(found)} events after {timeout:g} s, expected {count}"
            time.sleep(0.05)
        assert len(found) == count
        return [event["data"] for event in found]

    return wait
