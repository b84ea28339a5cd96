"""The public list of what no test here can execute: blocks, and passages of text that describe such things."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks

LIST = "tests/not-executed.toml"
LISTED_AT_MOST = 10  # a list that may grow without end excuses everything


@dataclass(frozen=True)
class Exemption:
    """An entry of the list."""

    reason: str  # why no test can execute it
    link: str  # to what says so
    checked: datetime.date
    what: str = ""  # a passage describes, in words


def not_executed(root: Path = ROOT) -> dict[str, Exemption]:
    """The blocks on the public list of what no test can execute, by source.

    Raises HarnessError when an entry lacks reason, link or date, or the list is longer than LISTED_AT_MOST.
    """
    return _list(root)["source"]


def passages(root: Path = ROOT) -> dict[str, Exemption]:
    """The passages on the same list, text that describes what no test can execute, by name.

    A page marks the place with a `verification` fence that says `not-executed NAME`.
    """
    return _list(root)["name"]


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong between the list and the pages, one line each: nobody may excuse what no page shows."""
    marks: dict[tuple[str, str], blocks.Fence] = {}
    shown: set[str | None] = set()
    found = []
    listed = passages(root)
    for fence in blocks.fences(root):
        shown.add(fence.source)
        if (name := fence.marks) is None:
            continue
        if name not in listed:
            found.append(f"{fence.where}: {name!r} is no passage of {LIST}; add it there, with reason, link and date")
        elif first := marks.get((fence.page, name)):
            found.append(f"{fence.where}: {name!r} is marked in line {first.line} already; once on a page is enough")
        marks.setdefault((fence.page, name), fence)
    for name in sorted(listed.keys() - {name for _, name in marks}):
        found.append(f"{LIST}: no page marks {name!r}; add a `{blocks.GENERATED_LANGUAGE}` fence or delete the entry")
    for source in sorted(not_executed(root).keys() - shown):
        found.append(f"{LIST}: no page shows {source}; delete the entry")
    return found


def _list(root: Path) -> dict[str, dict[str, Exemption]]:
    file = root / LIST
    if not file.exists():
        return {"source": {}, "name": {}}
    stat = file.stat()
    return _read_list(str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read_list(file: str, _mtime: int, _size: int) -> dict[str, dict[str, Exemption]]:
    content = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    kinds = {"source": content.get("block", []), "name": content.get("passage", [])}
    for key, listed in kinds.items():
        for entry in listed:
            wanted = {key, "reason", "link", "checked"} | ({"what"} if key == "name" else set())
            if missing := wanted - entry.keys():
                raise HarnessError(f"{LIST}: an entry lacks {', '.join(sorted(missing))}; say why and since when")
            if unknown := entry.keys() - wanted:
                raise HarnessError(f"{LIST}: an entry has {', '.join(sorted(unknown))}, which means nothing there")
    if (count := sum(map(len, kinds.values()))) > LISTED_AT_MOST:
        raise HarnessError(f"{LIST} has {count} entries, at most {LISTED_AT_MOST} are allowed: execute some of them")
    return {key: {entry.pop(key): Exemption(**entry) for entry in listed} for key, listed in kinds.items()}
