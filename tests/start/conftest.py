"""What the start pages' tests share: one terminal for a whole page, and a project on a Sentry-compatible server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pexpect
import pytest

from harness.lab.servers.bugsink import Bugsink, Project
from harness.proof.evidence import Snippet
from harness.proof.runners.terminal import PROMPT, Terminal
from harness.proof.runners.workspace import DEADLINE, Workspace

# What the pages export as SENTRY_DSN.
KEY = "5e1f0c7d9a3b4826b7c04d5e6f718293"
DSN = f"http://{KEY}@localhost:9000/1"


class Part(Terminal):
    """A session that goes on in the terminal of the sessions before it."""

    def __init__(self, workspace: Workspace, relative: str, shared: list[pexpect.spawn], timeout: float) -> None:
        super().__init__(workspace, relative, timeout=timeout)
        self._shared = shared

    def _spawn(self) -> pexpect.spawn:
        if not self._shared:
            self._shared.append(super()._spawn())
        return self._shared[0]

    def _close(self) -> None:
        """The terminal is the page's; it is closed at the end of the test."""

    def end(self) -> None:
        """Close the terminal, and end every process that was started in it."""
        Terminal._close(self)
        super().end()


@pytest.fixture
def paste(workspace: Workspace, _evidence) -> Iterator[Callable[..., None]]:
    """`paste("start/ten_minutes/install.console")`: the block goes into one terminal, after all those before it.

    A `.sh` block is pasted as it stands: a command with a here-document, which prints nothing and succeeds.
    """
    workspace.env["VIRTUAL_ENV_DISABLE_PROMPT"] = "1"  # the prompt is how the runner knows that a command has ended
    shared: list[pexpect.spawn] = []
    parts: list[Part] = []

    def into_terminal(relative: str, timeout: float = DEADLINE, **how: Any) -> None:
        if relative.endswith(".console"):
            parts.append(Part(workspace, relative, shared, timeout))
            parts[-1].play(**how)
            digest = parts[-1].digest
        else:
            snippet = Snippet.read(relative)
            digest = snippet.digest
            shared[0].sendline(snippet.text.rstrip("\n"))
            shared[0].expect(PROMPT, timeout=timeout)
            assert (shared[0].before.strip(), shared[0].match[1]) == ("", "0"), relative
        _evidence.add(relative, digest, "bash in a terminal")

    yield into_terminal
    for part in parts:
        part.end()


@pytest.fixture
def project(bugsink: Bugsink) -> Project:
    """The project on Bugsink that the pages' DSN names."""
    made = bugsink.project("shop", key=KEY)
    assert made.dsn == DSN
    return made
