"""What the record says of a block, in words: the same sentence on the page, in its Markdown copy and in the tables."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks, exemptions, record
from harness.proof.exemptions import Exemption
from harness.proof.record import Entry, Record

NAMES = {"redis": "redis-py"}  # what a reader calls a distribution, where that differs


def known() -> Record:
    """The record the pages are built from; read again when the file changes."""
    file = Path(os.environ.get(record.RECORD_ENV) or ROOT / record.RECORD)
    return _known(str(file), file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=4)
def _known(file: str, _mtime: int) -> Record:
    return record.load(Path(file))


def status(block: blocks.Shown) -> tuple[str, str, Entry | None]:
    """Status ("verified", "changed", "unverified" or "listed"), the sentence for it, and the record's entry.

    "Verified on Redis 8.0, 7.0 · redis-py 8.1 · 2026-11-21".
    """
    entry = known().entry(block)
    if listed := exemptions.not_executed().get(block.source):
        return "listed", f"Not executed here: {listed.reason}", entry
    if entry:
        said = versions(entry)
        return "verified", f"Verified{':' if said.startswith('captured') else ' on'} {said}", entry
    if block.source in known().blocks:
        return "changed", "Changed since it was verified", None
    return "unverified", "Not verified yet", None


def versions(entry: Entry) -> str:
    """ "Redis 8.0, 7.0 · redis-py 8.1 · 2026-11-21": servers over all lanes, newest first; clients and day of one lane,
    and when the numbers shown were measured, if that was before."""
    runs = known().runs
    lanes = sorted(entry.lanes, key=lambda lane: lane != record.BEST)
    best = runs[lanes[0]]
    servers: dict[str, set[str]] = {}
    for lane in lanes:
        for name in entry.servers:
            if name in runs[lane].servers:
                servers.setdefault(name, set()).add(".".join(runs[lane].servers[name].split(".")[:2]))
    parts = [
        f"{name} {', '.join(sorted(found, key=_number, reverse=True))}".rstrip()
        for name, found in sorted(servers.items())
    ]
    imported = record.clients(entry.source, best.clients)
    parts += [f"{NAMES.get(name, name)} {best.clients[name]}" for name in imported]
    if not parts:
        parts = [f"{entry.executor} {best.python}" if entry.executor == "CPython" else entry.executor]
    if entry.measured and entry.measured != best.date:
        parts.append(f"numbers measured {entry.measured}, shape verified {best.date}")
    else:
        parts.append(best.date)
    return " · ".join(parts)


def passage(name: str) -> Exemption:
    """The entry of the list for a passage that no test executes. Raises HarnessError when it is not on the list."""
    try:
        return exemptions.passages()[name]
    except KeyError:
        raise HarnessError(f"{name!r} is no passage of {exemptions.LIST}") from None


def _number(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]
