"""Second attempts, in a file that people read: which test failed and then passed in the same run, when, where and why.

Every run that is for the record appends to it, green or red. The file is committed, and no input of a run.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from harness import ROOT
from harness.proof import record
from harness.proof.evidence import RETRIES

HEAD = """\
# What failed and passed at a second attempt in the same run: day | lane | test or snippet | why it failed at first.
# Runs append to this file; commit it. What is here twice is a defect: repair the cause, then delete its lines.
"""


def read(root: Path = ROOT) -> list[list[str]]:
    """What the file holds: day, lane, test or snippet, and reason of each second attempt."""
    file = root / RETRIES
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [fields for line in lines if not line.startswith("#") and len(fields := line.split(" | ", 3)) == 4]


def note(retried: Mapping[str, str], lane: str, root: Path = ROOT, today: datetime.date | None = None) -> list[str]:
    """Append what was retried, each with its reason; return a line for each that has been retried before."""
    if not retried:
        return []
    file = root / RETRIES
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    before = {fields[2]: fields for fields in read(root)}
    day = (today or datetime.datetime.now(datetime.UTC).date()).isoformat()
    lines = [f"{day} | {lane} | {name} | {reason}\n" for name, reason in sorted(retried.items())]
    record.write(file, text + "".join(lines))
    return [
        f"{name} needed a second attempt on {before[name][0]} (lane {before[name][1]}) and again now: that is a defect;"
        f" repair the cause, then delete its lines from {RETRIES}"
        for name in sorted(retried.keys() & before.keys())
    ]
