"""The one way into a run: find servers, then become the same command in namespaces of its own.

`python -m harness test` and plain `pytest` (through `harness.site.pytest_entry`) both end in `enter`. It replaces this
process, so that the terminal, the process id and the exit status stay those of the command that was typed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from harness import ROOT
from harness.lab import login, namespace, provision

INSIDE = "GUIDE_INSIDE"  # environment variable: "1" in the namespaces of a run, or where a run uses running servers
# What a run takes from the caller's environment. The rest (CI, SENTRY_RELEASE, COLUMNS ...) changes what programs
# print or do, so that a page would be proven for one machine only.
INHERITED = ("PATH", "HOME", "TERM", "TMPDIR", "CHROMIUM")
INHERITED_PREFIXES = ("GUIDE_", "XDG_", "DOCKER_")
# With these, an IDE that runs tests loads its pytest plugin and finds its way back. PYTHONPATH is for pytest itself:
# `inside` removes it before a test starts a program.
IDE = ("PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "TEST_RUN_PIPE")
IDE_PREFIXES = ("TEAMCITY_", "JB_", "_JB_", "PYCHARM_")
PIPE = "TEST_RUN_PIPE"  # where VS Code wants the results; a file that may be in a folder that is hidden inside
NEEDS_BROWSER = ("tests/site", "tests/harness/test_gate_browser.py")


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run, the same on a desk and in CI."""
    kept = {k: v for k, v in environ.items() if k in INHERITED or k.startswith(INHERITED_PREFIXES)}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def is_inside() -> bool:
    """Whether the servers have been provided and the namespaces, if any, been entered."""
    return os.environ.get(INSIDE) == "1"


def enter(lane: str, command: Sequence[str], *, browser: bool) -> NoReturn:
    """Provide servers for `lane`, then become `command` in namespaces of its own.

    `browser`: whether to install one where there is none. Raises HarnessError, one line for people.
    """
    login.settle()
    provided = provision.ensure(lane, browser=browser)
    caller = {k: v for k, v in os.environ.items() if k in IDE or k.startswith(IDE_PREFIXES)}
    env = {**inherited(os.environ), **caller, **provided.to_env(), INSIDE: "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if os.path.exists(caller.get(PIPE, "")):
        pipe = os.open(caller[PIPE], os.O_PATH)
        os.set_inheritable(pipe, True)
        env[PIPE] = f"/proc/self/fd/{pipe}"
    words = namespace.command(command, pid=True)
    # The starter may be a thread of an IDE that ends before the run does; a signal to this process ends the run.
    words.insert(words.index("--pid") + 1, "--survive")
    sys.stdout.flush()
    os.execve(words[0], words, env)


def use_running() -> None:
    """Prepare this process for servers that somebody else started. Raises ProvisionError when one is missing."""
    provided = provision.running()
    kept = {k: v for k, v in os.environ.items() if k in IDE or k.startswith(("PYTEST_", *IDE_PREFIXES))}
    env = {**inherited(os.environ), **kept, **provided.to_env(), INSIDE: "1", "PYTHONDONTWRITEBYTECODE": "1"}
    os.environ.clear()
    os.environ.update(env)


def inside() -> None:
    """Called first inside: what was for this Python only does not reach the programs that it starts."""
    os.environ.pop("PYTHONPATH", None)


def wants_browser(paths: Iterable[Path]) -> bool:
    """Whether tests in these files and folders need one."""
    needed = [ROOT / name for name in NEEDS_BROWSER]
    return any(path.is_relative_to(one) or one.is_relative_to(path) for path in paths for one in needed)


def files(paths: Iterable[Path]) -> int:
    """How many test files these are: a test process that has none of its own would start for nothing."""
    return sum(len([*path.rglob("test_*.py")]) if path.is_dir() else 1 for path in paths)
