"""A project on a Sentry-compatible server, the reader's folder beside it, and what has arrived."""

import time
from collections.abc import Callable
from pathlib import Path
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


# Frameworks that the SDK imports when it finds them. All are installed here, few with a reader of one page.
FRAMEWORKS = (
    "aiohttp",
    "celery",
    "django",
    "fastapi",
    "flask",
    "httpx2",
    "redis",
    "requests",
    "sqlalchemy",
    "starlette",
)
HIDE = "import sys\nfor name in {hidden!r}:\n    sys.modules[name] = None  # as if it were not installed\n"


@pytest.fixture
def lean(workspace: Workspace, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Programs of the page find only the frameworks that the module's NEEDED names; `lean("celery")` names others.

    A reader has not installed all of them, and importing them takes a second in each process.
    """

    def only(*needed: str) -> None:
        hidden = [name for name in FRAMEWORKS if name not in needed]
        folder = tmp_path / "lean"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(HIDE.format(hidden=hidden))
        workspace.env["PYTHONPATH"] = str(folder)

    only(*getattr(request.module, "NEEDED", ()))
    return only
