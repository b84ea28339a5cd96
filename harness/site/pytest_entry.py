"""Plain `pytest` gets servers and enters the namespaces by itself; what only lists tests does neither.

This module is loaded before all others of the project, and imports nothing that costs time: on the way in, pytest
starts twice.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import HarnessError
from harness.lab import entry, namespace, provision
from harness.lab.lanes import LANES
from harness.proof import evidence

# Options with which pytest runs no test.
LISTING = ("help", "version", "collectonly", "showfixtures", "show_fixtures_per_test", "markers", "cacheshow")
_RUN_DIR = pytest.StashKey[Path]()  # the folder of this run's evidence, where nobody else reads it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("servers").addoption("--lane", default="current", help=f"versions: one of {', '.join(LANES)}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[Any]:
    """Become the same pytest with servers; then load what makes the fixtures."""
    options = early_config.known_args_namespace
    if not any(getattr(options, name, False) for name in LISTING) and not entry.is_inside():
        try:
            _enter(early_config)
        except HarnessError as error:
            raise pytest.UsageError(str(error)) from None
    if entry.is_inside():
        entry.inside()
    try:  # fixtures need the clients of the servers; the page build does not
        for name in ("harness.proof.plugin", "harness.lab.fixtures", "harness.site.plugin", "harness.site.explored"):
            early_config.pluginmanager.import_plugin(name)
    except ImportError as error:
        raise pytest.UsageError(f"the test requirements are not installed ({error}): run `make test`") from None
    return (yield)


def _enter(config: pytest.Config) -> None:
    if provision.wants_running():
        entry.use_running()
        return
    asked = config.invocation_params
    chosen = _paths(config.known_args_namespace.file_or_dir, asked.dir) or [asked.dir]
    # A runner that hands over objects has to be started again itself.
    command = [sys.executable, "-m", "pytest", *map(str, asked.args)] if asked.plugins is None else sys.orig_argv
    lane = config.known_args_namespace.lane
    entry.enter(lane, command, browser=entry.wants_browser(chosen))


def _paths(arguments: list[str], folder: Path) -> list[Path]:
    return [(folder / argument.partition("::")[0]).resolve() for argument in arguments]


def pytest_cmdline_main(config: pytest.Config) -> None:
    """With `-n`: no more processes than files, and each in a network of its own, so that each has its own servers."""
    option = config.option
    if os.environ.get("PYTEST_XDIST_WORKER") or not getattr(option, "tx", None):
        return
    if provision.wants_running():
        raise pytest.UsageError("GUIDE_SERVICES=running: the servers serve one test process only; leave out -n")
    if option.collectonly:
        return
    count = min(len(option.tx), entry.files(_paths(config.args, config.invocation_params.dir)))
    if count < 2:
        option.tx, option.numprocesses, option.dist = [], 0, "no"
        return
    python = shlex.join(namespace.command([sys.executable], pid=False))
    option.tx = [f"popen//python={python}"] * count
    if option.dist == "load":
        # A file stays together: its tests share what a module's fixtures made. `harness.proof.plugin` sorts the files.
        option.dist, option.loadscopereorder = "loadfile", False


def pytest_configure(config: pytest.Config) -> None:
    """Collect evidence for this run alone, unless a run that judges it has said where."""
    ours = entry.is_inside() and not provision.wants_running()
    if ours and evidence.run_dir() is None and not config.option.collectonly:
        config.stash[_RUN_DIR] = Path(tempfile.mkdtemp(prefix="guide-run-"))
        os.environ[evidence.RUN_DIR] = str(config.stash[_RUN_DIR])


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_RUN_DIR, None):
        os.environ.pop(evidence.RUN_DIR, None)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Nothing is recorded, but what the chosen tests touched and did not prove is said; of whole files, what none of
    them touched, too."""
    folder = config.stash.get(_RUN_DIR, None)
    if not folder:
        return
    from harness.proof import judge

    option = config.option
    touched = {execution.snippet for execution in evidence.read(folder)[0]}
    some = option.keyword or option.markexpr or option.deselect or getattr(option, "lf", False)
    some = some or any("::" in argument for argument in config.args)
    pages = set() if some else {str(Path(name).parent) for name in touched}
    lines = [
        line
        for source, line in judge.judge(folder, option.lane).unproven.items()
        if (name := source.partition(":")[0]) in touched or str(Path(name).parent) in pages
    ]
    if lines:
        terminalreporter.section("not proven by these tests")
        for line in lines:
            terminalreporter.line(line)
