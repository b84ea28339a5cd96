"""What a test run saw: which test executed which snippet, on which servers, and which lines of it.

Tests write *evidence* while they run (one JSON object a line, a file for each test process); nothing is judged
here. After the run `judge.py` reads it all and decides which displayed blocks are proven.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harness import ROOT

SECONDS = ".cache/seconds.json"  # how long each test file took in the last green run on this machine
RETRIES = "retries.txt"  # every test that passed only at its second attempt: see `harness.proof.retries`
ORDER = "GUIDE_ORDER"  # environment variable: the seed of a random order of tests
RUN_DIR = "GUIDE_RUN_DIR"  # environment variable: the folder of this run, private to it


@dataclass(frozen=True)
class Snippet:
    """A snippet as it was when it was read. What a runner executes, and what the evidence is about, is `data`."""

    relative: str  # below snippets/
    data: bytes

    @classmethod
    def read(cls, relative: str) -> Snippet:
        return cls(relative, (ROOT / "snippets" / relative).read_bytes())

    @property
    def file(self) -> Path:
        return ROOT / "snippets" / self.relative

    @property
    def text(self) -> str:
        return self.data.decode("utf-8")

    @cached_property
    def digest(self) -> str:
        return digest(self.data)


@dataclass(frozen=True)
class Execution:
    """One test executed one file."""

    test: str  # as pytest names it
    snippet: str  # below snippets/
    digest: str  # SHA-256 of the bytes that were executed
    by: str  # the program that executed it: "CPython", "redis-cli"
    lines: tuple[int, ...] | None  # 1-based lines of the file that ran; None where lines mean nothing
    services: dict[str, str]  # servers that the test used -> version


def run_dir() -> Path | None:
    """The folder that collects this run's evidence, or None when nothing is collected (plain `pytest`)."""
    value = os.environ.get(RUN_DIR)
    return Path(value) if value else None


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_digest(file: Path) -> str:
    return digest(file.read_bytes())


def _append(kind: str, entry: dict[str, Any]) -> None:
    folder = run_dir()
    if folder is None:
        return
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    with (folder / "evidence" / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"entry": kind, **entry}, sort_keys=True) + "\n")


def executed(
    test: str, relative: str, digest: str, by: str, lines: Iterable[int] | None, services: dict[str, str]
) -> None:
    """Note an execution; see `Execution` for the arguments. `digest` is of the bytes that were handed to the program,
    taken when they were: by now the file may hold something else."""
    ran = None if lines is None else tuple(sorted(set(lines)))
    _append("executed", vars(Execution(test, relative, digest, by, ran, services)))


def outcome(test: str, result: str, reason: str = "") -> None:
    """Note how `test` ended: "passed", "failed" or "skipped: REASON"; `reason` says why it failed, in one line."""
    _append("outcome", {"test": test, "outcome": result, "reason": reason})


def took(test: str, seconds: float) -> None:
    """Note how long a part of `test` took: its setup, itself, or its end."""
    _append("took", {"test": test, "seconds": seconds})


def seconds(folder: Path) -> dict[str, int]:
    """How long each test file took in this run: the seconds of all its tests, whichever process ran them."""
    total: dict[str, float] = {}
    for entry in _entries(folder):
        if entry["entry"] == "took":
            file = entry["test"].partition("::")[0]
            total[file] = total.get(file, 0.0) + entry["seconds"]
    return {file: round(taken) for file, taken in sorted(total.items())}


def reasons(folder: Path) -> dict[str, str]:
    """Why each test that failed did."""
    failed = [entry for entry in _entries(folder) if entry["entry"] == "outcome" and entry["outcome"] == "failed"]
    return {entry["test"]: entry["reason"] for entry in failed}


def _entries(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((folder / "evidence").glob("*.jsonl")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def read(folder: Path) -> tuple[list[Execution], dict[str, str]]:
    """All evidence below `folder`: the executions and, by test, how it ended ("failed" wins over "passed")."""
    executions: list[Execution] = []
    outcomes: dict[str, str] = {}
    for entry in _entries(folder):
        kind = entry.pop("entry")
        if kind == "executed":
            lines = entry.pop("lines")
            executions.append(Execution(**entry, lines=None if lines is None else tuple(lines)))
        elif kind == "outcome" and outcomes.get(entry["test"]) != "failed":
            outcomes[entry["test"]] = entry["outcome"]
    return executions, outcomes


def forget(folder: Path, tests: Collection[str]) -> None:
    """Remove what these tests left below `folder`, so that their next attempt speaks alone."""
    for file in sorted((folder / "evidence").glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if json.loads(line)["test"] not in tests), encoding="utf-8")
