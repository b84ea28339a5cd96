"""Second attempts, in a file that people read: which test failed and then passed in the same run, when, where and why.

Every run that is for the record appends to it, green or red. The file is committed, and no input of a run.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness import ROOT
from harness.proof import record
from harness.proof.evidence import RETRIES

HEAD = """\
# What failed and passed at a second attempt in the same run: day | lane | test or snippet | why it failed at first.
# Runs append to this file; commit it. What is here twice is a defect: repair the cause, then delete its lines.
"""


@dataclass(frozen=True)
class Retry:
    """A line of the file: one second attempt."""

    day: str  # ISO, UTC
    lane: str
    name: str  # of the test or the snippet
    reason: str  # why it failed at first


def read(root: Path = ROOT) -> list[Retry]:
    """What the file holds."""
    file = root / RETRIES
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    fields = (line.split(" | ", 3) for line in lines if not line.startswith("#"))
    return [Retry(*found) for found in fields if len(found) == 4]


def note(retried: Mapping[str, str], lane: str, root: Path = ROOT, today: datetime.date | None = None) -> list[str]:
    """Append what was retried, each with its reason; return a line for each that has been retried before."""
    if not retried:
        return []
    file = root / RETRIES
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    before = {retry.name: retry for retry in read(root)}
    day = (today or datetime.datetime.now(datetime.UTC).date()).isoformat()
    lines = [f"{day} | {lane} | {name} | {reason}\n" for name, reason in sorted(retried.items())]
    record.write(file, text + "".join(lines))
    return [
        f"{name} needed a second attempt on {before[name].day} (lane {before[name].lane}) and again now: that is a"
        f" defect; repair the cause, then delete its lines from {RETRIES}"
        for name in sorted(retried.keys() & before.keys())
    ]
