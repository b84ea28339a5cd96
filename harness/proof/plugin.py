"""The pytest plugin: fixtures that execute snippets and note the evidence.

A test names the snippet it executes; the fixtures here run it and write down which lines ran. Which servers there are,
the site says by the hooks in `hooks.py`. Whether that proves a block is decided after the run, in `judge.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_examples import EvalExample

from harness import ROOT
from harness.proof import evidence, hooks
from harness.proof.evidence import Snippet
from harness.proof.runners import compare, loading, script
from harness.proof.runners.terminal import Terminal
from harness.proof.runners.workspace import DEADLINE, Workspace

PYTHON = platform.python_implementation()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


class Evidence:
    """Collects what one test executed and writes it down when the test's own work is done."""

    def __init__(self, node: pytest.Item) -> None:
        self._node = node
        self._seen: list[tuple[str, str, str, set[int] | None]] = []

    def add(self, relative: str, digest: str, by: str, lines: set[int] | None = None) -> None:
        """`digest` is of the bytes that were executed, taken when they were read."""
        self._seen.append((relative, digest, by, lines))

    def write(self) -> None:
        services = self._node.ihook.pytest_proof_servers(item=self._node) or {}
        for relative, digest, by, lines in self._seen:
            evidence.executed(self._node.nodeid, relative, digest, by, lines, services)


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
        snippet = Snippet.read(relative)
        try:
            return script.run(eval_example, snippet, lines)
        finally:
            _evidence.add(relative, snippet.digest, PYTHON, lines)

    return run


@pytest.fixture
def workspace(request: pytest.FixtureRequest, tmp_path: Path, _evidence: Evidence) -> Iterator[Workspace]:
    """An empty folder with the page's files; see `runners/workspace.py`. Python lines that run count as proof."""
    request.config.hook.pytest_proof_environment(request=request)
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    yield space
    for relative, lines in space.close().items():
        snippet = space.snippets[relative]
        script.lint(snippet.file, snippet.text)
        _evidence.add(relative, snippet.digest, PYTHON, lines)
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
        noted.add(relative, session.digest, "redis-cli" if relative.endswith(".redis") else "bash in a terminal")
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
        snippet = Snippet.read(relative)
        # A shell reads its script while it runs: this one is its own.
        own = workspace.path.parent / "scripts" / snippet.file.name
        own.parent.mkdir(exist_ok=True)
        own.write_bytes(snippet.data)
        output = workspace.run("bash", "-euo", "pipefail", str(own), timeout=timeout)
        _evidence.add(relative, snippet.digest, "bash")
        return output

    return run


@pytest.fixture
def captured(_evidence: Evidence) -> Callable[[str, str], None]:
    """`captured("sentry/start/event.json", text)`: assert that the snippet shows `text`, which this run captured."""

    def check(relative: str, text: str) -> None:
        file = ROOT / "snippets" / relative
        snippet = Snippet.read(relative) if file.exists() else Snippet(relative, b"")  # `make update` creates it
        compare.check(snippet, text)
        _evidence.add(relative, snippet.digest, "captured from the run")

    return check


@pytest.fixture
def loaded(request: pytest.FixtureRequest, _evidence: Evidence) -> Callable[[str, str, Any], None]:
    """`loaded("redis/start/redis.conf", "redis-server", program)`: assert that this program was started with the file.

    What `program` may be says `harness.proof.runners.loading.check`. Assert the effect of the file first.
    """

    def check(relative: str, by: str, program: Any) -> None:
        assert not relative.endswith(".py"), f"{relative}: a Python file is executed, line by line, and not loaded"
        snippet = Snippet.read(relative)
        commands = request.config.hook.pytest_proof_commands(program=program)
        loading.check(snippet, by, program, commands)
        _evidence.add(relative, snippet.digest, by)

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The file that takes longest begins first: a long file that begins last is the tail of a run, on one processor
    while the others have nothing left to do. What this machine has not measured yet counts by its size."""
    file = ROOT / evidence.SECONDS
    taken = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    sizes = {path: path.stat().st_size for path in {item.path for item in items}}
    names = {path: path.relative_to(ROOT).as_posix() for path in sizes if path.is_relative_to(ROOT)}
    known = [(taken[name], sizes[path]) for path, name in names.items() if name in taken]
    rate = sum(seconds for seconds, _ in known) / sum(size for _, size in known) if known else 1.0  # seconds a byte
    # Stable: within a file as written.
    items.sort(key=lambda item: -taken.get(names.get(item.path), sizes[item.path] * rate))
    if seed := os.environ.get(evidence.ORDER):  # what shares a class stays together, for it shares fixtures
        draw = random.Random(seed)
        group: dict[object, float] = {}
        items.sort(key=lambda item: (group.setdefault(item.parent, draw.random()), draw.random()))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how each test ended; with several workers only the controller does, which hears of every test."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    evidence.took(report.nodeid, report.duration)
    if report.failed:
        evidence.outcome(report.nodeid, "failed", _reason(report))
    elif report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        evidence.outcome(report.nodeid, f"skipped: {reason}")
    elif report.when == "call":
        evidence.outcome(report.nodeid, "passed")


def _reason(report: pytest.TestReport) -> str:
    """Why a test failed, in a line: the first one of what was raised, and where."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return (report.longreprtext.strip().splitlines() or ["no reason was given"])[-1][:200]
    place = Path(crash.path).name
    return f"{(crash.message.splitlines() or [''])[0][:200]} ({place}:{crash.lineno})"
