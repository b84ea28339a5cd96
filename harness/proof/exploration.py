"""The committed results of crash exploration: what each recipe went through, and whether that is still its code.

`exploration.json` holds one entry for each explored recipe, keyed by its path below snippets/. A result belongs to the
code without comments and docstrings, so an edited sentence keeps it. `make explore` writes it; the pages show it; a
normal run checks that it belongs to the present code. This module needs no server and no client package.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks
from harness.source import code_digest

FILE = "exploration.json"
FENCE = "explored"  # "explored redis/x/once.py" in a `verification` fence: the sentence about this recipe
MODE = "GUIDE_EXPLORE"  # environment variable: "changed" or "all"; without it a run tries samples
FRESH = ".cache/explored"  # results that no `make explore` has put into FILE yet, a file for each recipe
REMEDY = "run `make explore` and commit exploration.json"
# Fault -> what the page says of it.
WORDS = {
    "kill": "killed at {lines} of {executable} lines",
    "freeze": "frozen at {lines} of {executable} lines while another instance took over",
    "lost answer": "{count} answers lost",
    "cut": "cut off before {count} commands",
    "refusal": "{count} commands refused",
}


@dataclass(frozen=True)
class Result:
    """What exploring one recipe showed. A result exists only if no point broke a promise."""

    code: str  # see `code_digest`
    date: str  # ISO, UTC
    faults: Mapping[str, int]  # fault -> number of points explored
    lines: int  # how many lines of the recipe were points: all that a run without a fault executes
    executable: int  # how many executable lines it has
    servers: Mapping[str, str] = field(default_factory=dict)  # "Redis" -> "8.0.6"
    notes: Mapping[str, int] = field(default_factory=dict)  # "repeated and recognized" -> number of points
    kept: str = "nothing lost"  # the promise, in the words of the page

    @property
    def points(self) -> int:
        return sum(self.faults.values())

    def sentence(self) -> str:
        """ "Killed at 38 of 38 lines, 11 answers lost: no order lost; 4 repeated and recognized." """
        parts = []
        for fault, words in WORDS.items():
            if count := self.faults.get(fault):
                text = words.format(count=count, lines=self.lines, executable=self.executable)
                parts.append(text.replace("1 answers", "1 answer").replace("1 commands", "1 command"))
        if self.lines < self.executable and {"kill", "freeze"} & set(self.faults):
            parts[0] += " (all that run without a fault)"
        said = ", ".join(parts)
        noted = "".join(f"; {count} {note}" for note, count in sorted(self.notes.items()))
        return f"{said[0].upper()}{said[1:]}: {self.kept}{noted}."

    def versions(self) -> str:
        """ "Redis 8.0.6 · 2026-11-30" """
        return " · ".join([*(f"{name} {version}" for name, version in sorted(self.servers.items())), self.date])


# --- the file ---


def load(root: Path = ROOT) -> Mapping[str, Result]:
    """The committed results: recipe -> its result. Raises HarnessError when the file cannot be read."""
    file = root / FILE
    return _load(str(file), file.stat().st_mtime_ns) if file.exists() else {}


@lru_cache(maxsize=8)
def _load(file: str, _mtime: int) -> Mapping[str, Result]:
    try:
        return {recipe: Result(**entry) for recipe, entry in json.loads(Path(file).read_text("utf-8")).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise HarnessError(f"{FILE} cannot be read ({error}): restore it from git, or {REMEDY}") from None


def text(results: Mapping[str, Result]) -> str:
    """The file: sorted, one value on a line, so that a new date is a diff of one line."""
    content = {
        recipe: {name: dict(sorted(value.items())) if isinstance(value, dict) else value for name, value in fields}
        for recipe, result in sorted(results.items())
        if (fields := sorted(vars(result).items()))
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def keep(recipe: str, result: Result, root: Path = ROOT) -> None:
    """Note the result of one recipe at once, where a run may write; `collect` puts it into the file."""
    _write(_fresh(recipe, root), text({recipe: result}))


def is_fresh(recipe: str, faults: Iterable[str], root: Path = ROOT) -> bool:
    """Whether an interrupted `make explore` has noted a result for the present code and these faults."""
    file = _fresh(recipe, root)
    return file.exists() and not _fault(_load(str(file), file.stat().st_mtime_ns).get(recipe), recipe, faults, root)


def _fresh(recipe: str, root: Path) -> Path:
    return root / FRESH / f"{recipe.replace('/', '+')}.json"


def collect(root: Path = ROOT) -> list[str]:
    """Put what `keep` noted into the file, also what an interrupted run noted, and drop the results of recipes that no
    longer exist. Returns the recipes that were noted."""
    fresh = sorted((root / FRESH).glob("*.json"))
    noted = {recipe: one for file in fresh for recipe, one in _load(str(file), file.stat().st_mtime_ns).items()}
    results = {**load(root), **noted}
    results = {recipe: result for recipe, result in results.items() if (root / "snippets" / recipe).is_file()}
    if noted or len(results) < len(load(root)):
        _write(root / FILE, text(results))
    for file in fresh:
        file.unlink()
    return sorted(noted)


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(content, encoding="utf-8")
    part.replace(file)


# --- what is missing ---


def fault_of(recipe: str, faults: Iterable[str] | None = None, root: Path = ROOT) -> str:
    """Why the committed result does not prove this recipe, or "" when it does. `faults`: those that it has to name."""
    return _fault(load(root).get(recipe), recipe, faults, root)


def _fault(result: Result | None, recipe: str, faults: Iterable[str] | None, root: Path) -> str:
    if result is None:
        return f"{recipe} has no result in {FILE}: {REMEDY}"
    if result.code != code_digest((root / "snippets" / recipe).read_text(encoding="utf-8")):
        return f"{recipe} has changed since it was explored on {result.date}: {REMEDY}"
    if faults is not None and set(faults) != set(result.faults):
        return (
            f"{recipe} was explored with {', '.join(sorted(result.faults))}, "
            f"and its test wants {', '.join(sorted(faults))}: {REMEDY}"
        )
    return ""


def proven(recipe: str, root: Path = ROOT) -> Result:
    """The result to show on a page. Raises HarnessError when it does not belong to the present code."""
    if not (root / "snippets" / recipe).is_file():
        raise HarnessError(f"snippets/{recipe} does not exist: correct `{FENCE} {recipe}`")
    if fault := fault_of(recipe, root=root):
        raise HarnessError(fault)
    return load(root)[recipe]


def problems(root: Path = ROOT) -> list[str]:
    """A line for each result that belongs to other code, and for each page that asks for one that does not exist."""
    shown: dict[str, str] = {}
    for fence in blocks.fences(root):
        which, _, recipe = fence.text.partition(" ")
        if fence.language == blocks.GENERATED_LANGUAGE and which == FENCE:
            shown.setdefault(recipe.strip(), fence.where)
    lines = []
    for recipe in sorted({*load(root), *shown}):
        where = shown.get(recipe, FILE)
        if not (root / "snippets" / recipe).is_file():
            lines.append(f"{where}: snippets/{recipe} does not exist: {REMEDY}")
        elif fault := fault_of(recipe, root=root):
            lines.append(f"{where}: {fault}")
        elif recipe not in shown:
            page = recipe.rpartition("/")[0]
            lines.append(f"{FILE}: no page shows what exploring {recipe} proved: add `{FENCE} {recipe}` for {page}")
    return lines
