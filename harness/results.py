"""Where a run leaves the files that it writes into the project, which is read-only for it: they are put into place from
outside when the run has ended (see `lab/namespace.py`)."""

from __future__ import annotations

import os
from pathlib import Path

from harness import ROOT

OUTPUT = ".cache"  # of the project; all that a run may write there
RESULTS = ("verification.json", "retries.txt")  # files of the project that are written when a run has ended
VARIABLE = "GUIDE_RESULTS"  # environment variable: the folder where a run leaves them until then


def result(file: Path) -> Path:
    """Where to write `file`, which belongs to the project: to itself, or, in a run, to where it is taken from then."""
    folder = Path(os.environ.get(VARIABLE, ""))
    if folder.parent == ROOT / OUTPUT and file.is_relative_to(ROOT) and file.relative_to(ROOT).as_posix() in RESULTS:
        return folder / file.relative_to(ROOT)
    return file
