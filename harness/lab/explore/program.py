"""What exploration needs of a program and of the folder in which it runs; those of `harness.proof` have it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Protocol

DEADLINE = 30.0  # seconds, wherever a caller names no other


class Process(Protocol):
    argv: list[str]

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None:
        """Exit status (negative: the signal that ended it), or None while it runs."""

    def output(self) -> str: ...

    def send(self, number: signal.Signals) -> None: ...

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout: float = DEADLINE) -> int:
        """Ask the program to end and return its exit status. Raises AssertionError when it does not end in time."""


class Workspace(Protocol):
    path: Path
    env: dict[str, str]

    def start(self, *argv: str, env: dict[str, str] | None = None) -> Process:
        """Start a program that keeps running."""
