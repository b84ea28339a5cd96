"""What a test run saw: which test executed which snippet, on which servers, and which lines of it.

Tests write *evidence* while they run (one JSON object a line, a file for each test process); nothing is judged
here. After the run `record.py` reads it all and decides which displayed blocks are proven.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

SECONDS = ".cache/seconds.json"  # how long each test file took in the last green run on this machine
RUN_DIR = "GUIDE_RUN_DIR"  # environment variable: the folder of this run, private to it


def run_dir() -> Path | None:
    """The folder that collects this run's evidence, or None when nothing is collected (plain `pytest`)."""
    value = os.environ.get(RUN_DIR)
    return Path(value) if value else None


def file_digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _append(kind: str, entry: dict[str, Any]) -> None:
    folder = run_dir()
    if folder is None:
        return
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    with (folder / "evidence" / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"entry": kind, **entry}, sort_keys=True) + "\n")


def executed(
    test: str, snippet: Path, relative: str, by: str, lines: Iterable[int] | None, services: dict[str, str]
) -> None:
    """Note that `test` executed `snippet`.

    test: pytest node id; relative: the path below snippets/; by: the program that executed it ("CPython 3.11.7",
    "redis-cli"); lines: the 1-based file lines that ran, or None when the whole file did; services: name of each
    server the test used -> its version.
    """
    _append(
        "executed",
        {
            "test": test,
            "snippet": relative,
            "digest": file_digest(snippet),
            "by": by,
            "lines": None if lines is None else sorted(set(lines)),
            "services": services,
        },
    )


def outcome(test: str, result: str) -> None:
    """Note how `test` ended: "passed", "failed" or "skipped: REASON"."""
    _append("outcome", {"test": test, "outcome": result})


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


def _entries(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((folder / "evidence").glob("*.jsonl")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def read(folder: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """All evidence below `folder`: the executions and, by test, how it ended ("failed" wins over "passed")."""
    executions: list[dict[str, Any]] = []
    outcomes: dict[str, str] = {}
    for entry in _entries(folder):
        kind = entry.pop("entry")
        if kind == "executed":
            executions.append(entry)
        elif kind == "outcome" and outcomes.get(entry["test"]) != "failed":
            outcomes[entry["test"]] = entry["outcome"]
    return executions, outcomes


def forget(folder: Path, tests: Collection[str]) -> None:
    """Remove what these tests left below `folder`, so that their next attempt speaks alone."""
    for file in sorted((folder / "evidence").glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if json.loads(line)["test"] not in tests), encoding="utf-8")
