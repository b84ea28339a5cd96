"""The pytest plugin: fixtures that execute snippets and note the evidence.

A test names the snippet it executes; the fixtures here run it on the servers of `harness.fixtures` and write down
which lines ran. Whether that proves a block is decided after the run, in `harness.record`.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_examples import EvalExample

from harness import ROOT, evidence
from harness.provision import Provision
from harness.runners import compare, script
from harness.runners.terminal import Terminal
from harness.runners.workspace import DEADLINE, Workspace

PYTHON = f"CPython {platform.python_version()}"

try:  # server fixtures need their client packages; the page build does not
    from harness.fixtures import *  # noqa: F403
    from harness.fixtures import SERVICES_KEY
except ImportError as error:  # pragma: no cover
    raise pytest.UsageError(f"the test requirements are not installed ({error}): run `make test`") from None


class Evidence:
    """Collects what one test executed and writes it down when the test's own work is done."""

    def __init__(self, node: pytest.Item) -> None:
        self._node = node
        self._seen: list[tuple[str, str, set[int] | None]] = []

    def add(self, relative: str, by: str, lines: set[int] | None = None) -> None:
        self._seen.append((relative, by, lines))

    def write(self) -> None:
        services = {name: version for _, name, version in self._node.stash.get(SERVICES_KEY, [])}
        for relative, by, lines in self._seen:
            evidence.executed(self._node.nodeid, ROOT / "snippets" / relative, relative, by, lines, services)


@pytest.fixture
def _evidence(request: pytest.FixtureRequest) -> Iterator[Evidence]:
    collected = Evidence(request.node)
    yield collected
    collected.write()


@pytest.fixture
def run_script(eval_example: EvalExample, _evidence: Evidence) -> Callable[[str], dict[str, Any]]:
    """`run_script("redis/start/hello.py")`: run it as published, compare its `#>` lines, return its globals."""

    def run(relative: str) -> dict[str, Any]:
        lines: set[int] = set()
        try:
            return script.run(eval_example, relative, lines)
        finally:
            _evidence.add(relative, PYTHON, lines)

    return run


@pytest.fixture
def workspace(
    request: pytest.FixtureRequest, tmp_path: Path, _evidence: Evidence, provision: Provision
) -> Iterator[Workspace]:
    """An empty folder with the page's files; see `harness.runners.workspace`. Python lines that run count as proof.

    `provision` comes first: it puts the servers' commands on the PATH and sends pip to the wheels of this run.
    """
    if "rabbitmq" in request.fixturenames:  # before the environment is taken: rabbitmqctl needs what it exports
        request.getfixturevalue("rabbitmq")
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    yield space
    for relative, lines in space.close().items():
        script.lint(ROOT / "snippets" / relative)
        _evidence.add(relative, PYTHON, lines)
    for command, output in space.logs():
        request.node.add_report_section("call", command, output[-4000:])


@contextlib.contextmanager
def playing(space: Workspace, noted: Evidence, timeout: float = DEADLINE) -> Iterator[Callable[..., Terminal]]:
    """A function that plays sessions in the folder of `space`; those that still run at the end are stopped."""
    sessions: list[Terminal] = []

    def play(relative: str, *, timeout: float = timeout, **how: Any) -> Terminal:
        session = Terminal(space, relative, timeout=timeout)
        sessions.append(session)
        session.play(**how)
        noted.add(relative, "redis-cli" if relative.endswith(".redis") else "bash in a terminal")
        return session

    yield play
    for session in reversed(sessions):
        try:
            session.stop()
        finally:
            session.end()


@pytest.fixture
def terminal(workspace: Workspace, _evidence: Evidence) -> Iterator[Callable[..., Terminal]]:
    """`terminal("celery/start/worker.console", keeps_running=True)`: play a session in the workspace's folder.

    The files the session uses are copied with `workspace.copy` before. Sessions that still run are stopped with
    the test.
    """
    with playing(workspace, _evidence) as play:
        yield play


@pytest.fixture
def shell(workspace: Workspace, _evidence: Evidence) -> Callable[..., str]:
    """`shell("redis/start/install.sh")`: run the commands as one script that stops at the first error."""

    def run(relative: str, *, timeout: float = DEADLINE) -> str:
        output = workspace.run("bash", "-euo", "pipefail", str(ROOT / "snippets" / relative), timeout=timeout)
        _evidence.add(relative, "bash")
        return output

    return run


@pytest.fixture
def captured(_evidence: Evidence) -> Callable[[str, str], None]:
    """`captured("sentry/start/event.json", text)`: assert that the snippet shows `text`, which this run captured."""

    def check(relative: str, text: str) -> None:
        file = ROOT / "snippets" / relative
        compare.check(file, text, f"snippets/{relative}")
        _evidence.add(relative, "captured from the run")

    return check


@pytest.fixture
def loaded(_evidence: Evidence) -> Callable[[str, str], None]:
    """`loaded("redis/start/redis.conf", "redis-server")`: note that this program was started with the file and that
    the test has asserted its effect."""

    def note(relative: str, by: str) -> None:
        assert (ROOT / "snippets" / relative).is_file(), f"snippets/{relative} does not exist"
        _evidence.add(relative, by)

    return note


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The file that took longest in the last recorded run begins first, before it one that nobody knows: a long file
    that begins last is the tail of a run, on one processor while the others have nothing left to do."""
    file = ROOT / evidence.SECONDS
    taken = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    # Stable: within a file as written.
    items.sort(key=lambda item: -taken.get(item.nodeid.partition("::")[0], math.inf))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how each test ended; with several workers only the controller does, which hears of every test."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    evidence.took(report.nodeid, report.duration)
    if report.failed:
        evidence.outcome(report.nodeid, "failed")
    elif report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        evidence.outcome(report.nodeid, f"skipped: {reason}")
    elif report.when == "call":
        evidence.outcome(report.nodeid, "passed")
