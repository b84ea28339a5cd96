"""The verification record: which displayed blocks are proven, by which test, on which servers, since when.

`verification.json` is committed like a lock file. `runs` holds the versions of the last green run of each lane, once.
A block's entry names the lanes that prove it, by content: it holds a digest of the displayed text, so an edited block
loses its proof at once. Versions and dates are not repeated in the entries, so a new version of a server changes a
line of `runs` and no entry.

The record is what `make serve` shows. It is generated: after a merge conflict it is written anew, never merged.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from harness import ROOT, HarnessError
from harness.proof import blocks, exemptions
from harness.proof.blocks import Shown
from harness.results import result

RECORD = "verification.json"
RECORD_ENV = "GUIDE_RECORD"  # environment variable: another record for the page build to read
SCHEMA = 3
BEST = "current"  # the lane that has to prove every block
ANEW = "type `make record`, which writes it anew (make test && make matrix)"
# What executed a block, where its kind says so. An entry names another program, such as "redis-server", itself.
EXECUTORS = {
    "python": "CPython",
    "transcript": "bash in a terminal",
    "redis-cli": "redis-cli",
    "shell": "bash",
    "generated table": "captured from the run",
    "captured output": "captured from the run",
}


@dataclass(frozen=True)
class Run:
    """The last green run of one lane: every block that names the lane was proven by it."""

    date: str  # ISO, UTC
    python: str  # "3.13.5"
    servers: Mapping[str, str]  # "Redis" -> "8.0.6"; "" for what has no version
    clients: Mapping[str, str]  # distribution -> version, of those that snippets import


@dataclass(frozen=True)
class Entry:
    """The proof of one displayed block."""

    source: str  # "redis/start/hello.py" or "redis/start/hello.py:strings", below snippets/
    digest: str  # of the displayed text, as in blocks.Shown
    test: str  # the test that proves it best, as pytest names it
    line: int  # 1-based, of that test in its file
    lanes: tuple[str, ...]
    servers: tuple[str, ...] = ()  # names of those that its tests used
    by: str = ""  # the program that executed it, unless its kind says so (see EXECUTORS)
    measured: str = ""  # when the shown numbers were measured, if later runs compare only their shape

    @property
    def executor(self) -> str:
        kind = blocks.KINDS[Path(self.source.partition(":")[0]).suffix][0]
        return self.by or EXECUTORS.get(kind, "")


@dataclass(frozen=True)
class Record:
    runs: Mapping[str, Run] = field(default_factory=dict)  # lane -> its run
    blocks: Mapping[str, Entry] = field(default_factory=dict)  # source -> entry

    def entry(self, block: Shown) -> Entry | None:
        """The proof of this very text, or None."""
        entry = self.blocks.get(block.source)
        return entry if entry and entry.digest == block.digest else None


# --- the file ---


def load(file: Path | None = None) -> Record:
    """The record in `file`, else in the one named by GUIDE_RECORD, else the committed one.

    An absent record is an empty one. Raises HarnessError when the file is not a record this version can read.
    """
    if file is None:
        file = Path(os.environ.get(RECORD_ENV) or ROOT / RECORD)
    return parse(file.read_text(encoding="utf-8"), file.name) if file.exists() else Record()


def parse(text: str, name: str = RECORD) -> Record:
    """The record that `text` holds. Raises HarnessError, which says what to do, when it is none."""
    if re.search(r"^(<{7}|={7}|>{7})", text, re.M):
        raise HarnessError(f"{name} holds the marks of a merge conflict; do not merge it by hand: {ANEW}")
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise HarnessError(f"{name} has schema {content['schema']}, this harness reads {SCHEMA}: {ANEW}")
        return from_data(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HarnessError(
            f"{name} is not a verification record ({error}): restore it from git (`git checkout {name}`), or {ANEW}"
        ) from None


def from_data(content: dict[str, Any]) -> Record:
    """The record in a JSON object."""
    runs = {lane: Run(**run) for lane, run in content["runs"].items()}
    entries: dict[str, Entry] = {}
    for folder, group in content["blocks"].items():
        for name, fields in group["proofs"].items():
            given: dict[str, Any] = {"lanes": list(runs), "servers": group.get("servers", ()), **fields}
            if given["test"].startswith("::"):
                given["test"] = group["tests"] + given["test"]
            source = f"{folder}/{name}"
            lists = {key: tuple(given[key]) for key in ("lanes", "servers")}
            entries[source] = Entry(source, **{**given, **lists})
    return Record(runs, entries)


def text(record: Record) -> str:
    """The file: sorted, a line for each version and for each block. What holds for most blocks of a folder (its file
    of tests, its servers) or for most of all (all lanes) is not repeated in each."""
    runs = json.dumps({lane: vars(record.runs[lane]) for lane in sorted(record.runs)}, indent=1, ensure_ascii=False)
    folders: dict[str, list[Entry]] = {}
    for source in sorted(record.blocks):
        folders.setdefault(source.rpartition("/")[0], []).append(record.blocks[source])
    groups = []
    for folder, entries in folders.items():
        files = [entry.test.partition("::")[0] for entry in entries]
        served = [tuple(sorted(entry.servers)) for entry in entries]
        usual = max(sorted(set(files)), key=files.count), max(sorted(set(served)), key=served.count)
        lines = ",\n".join(f"    {_line(entry, *usual, record.runs)}" for entry in entries)
        head = f'   "tests": {json.dumps(usual[0])},\n   "servers": {json.dumps(usual[1])},\n'
        groups.append(f'  {json.dumps(folder)}: {{\n{head}   "proofs": {{\n{lines}\n   }}\n  }}')
    body = "{\n" + ",\n".join(groups) + "\n }" if groups else "{}"
    return f'{{\n "schema": {SCHEMA},\n "runs": {runs.replace(chr(10), chr(10) + " ")},\n "blocks": {body}\n}}\n'


def _line(entry: Entry, tests: str, servers: tuple[str, ...], runs: Mapping[str, Run]) -> str:
    name = entry.source.rpartition("/")[2]
    fields: dict[str, Any] = {
        "digest": entry.digest,
        "lanes": sorted(entry.lanes) if set(entry.lanes) != set(runs) else (),
        "servers": sorted(entry.servers),
        "by": entry.by,
        "measured": entry.measured,
        "test": entry.test.removeprefix(tests) if entry.test.startswith(f"{tests}::") else entry.test,
        "line": entry.line,
    }
    said = fields["servers"] != list(servers)  # an empty list says so, too
    kept = {key: value for key, value in fields.items() if (said if key == "servers" else value)}
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(kept, ensure_ascii=False)}"


def save(record: Record, file: Path) -> None:
    """Write a record, by an atomic rename where the folder permits it."""
    write(file, text(record))


def write(file: Path, content: str) -> None:
    """Write a generated file by an atomic rename; in a run, to where the process outside takes it from."""
    file = result(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + f".{os.getpid()}.part")
    part.write_text(content, encoding="utf-8")
    part.replace(file)


def previous(root: Path = ROOT) -> Record:
    """The record before this run: the file, or the one at HEAD when the file is gone or cannot be read."""
    file = root / RECORD
    try:
        if file.exists():
            return load(file)
        reason = f"{RECORD} does not exist"
    except HarnessError as error:
        reason = str(error).partition(":")[0]
    done = subprocess.run(["git", "show", f"HEAD:{RECORD}"], cwd=root, capture_output=True, text=True, check=False)
    try:
        known = parse(done.stdout) if done.returncode == 0 else Record()
    except HarnessError:
        known = Record()
    print(f"{reason}: this run writes it anew" + (", from the one at HEAD" if known.runs else ""), flush=True)
    return known


# --- joining ---


def merge(old: Record, new: Record, root: Path = ROOT) -> Record:
    """Join runs (`new`) into a record: each lane of `new` replaces that lane in `old`, as a whole.

    Blocks that no page shows any more, or whose text has changed, are dropped. What other lanes proved for the same
    text stays. The date of shown measurements stays as long as the text does.
    """
    fresh = set(new.runs)
    runs = {**old.runs, **new.runs}
    entries: dict[str, Entry] = {}
    for source, block in blocks.displayed(root).items():
        before, now = old.entry(block), new.entry(block)
        kept = tuple(lane for lane in before.lanes if lane not in fresh) if before else ()
        if before is None or now is None:
            entry = now or (before and replace(before, lanes=kept))
        else:
            entry = replace(
                now if BEST in fresh or BEST not in kept else before,
                lanes=(*kept, *now.lanes),
                servers=_servers(before, now, runs, BEST in fresh),
                measured=before.measured or now.measured,
            )
        if entry and entry.lanes:
            entries[source] = replace(entry, lanes=tuple(sorted(entry.lanes)))
    used = {lane for entry in entries.values() for lane in entry.lanes}
    return Record({lane: run for lane, run in runs.items() if lane in used or lane in fresh}, entries)


def _servers(before: Entry, now: Entry, runs: Mapping[str, Run], best: bool) -> tuple[str, ...]:
    """The servers of a block: those of the lane `current`, and of other lanes those that it does not have."""
    leading, other = (now, before) if best else (before, now)
    known = runs[BEST].servers if BEST in runs else {}
    return tuple(sorted({*leading.servers, *(name for name in other.servers if name not in known)}))


def unverified(record: Record, root: Path = ROOT) -> list[str]:
    """A line for each fence that shows something the record does not prove on the lane `current`."""
    listed = exemptions.not_executed(root)
    lines = []
    for fence in blocks.fences(root):
        if fence.language == blocks.GENERATED_LANGUAGE or fence.source in listed:
            continue
        if fence.source is None:
            lines.append(f"{fence.where}: code is typed into the page; move it to snippets/")
            continue
        entry = record.entry(blocks.shown(fence.source, root))
        if not entry or BEST not in entry.lanes:
            lines.append(f"{fence.where}: {fence.source} is not verified at its present text; run `make test`")
    return lines


# --- clients ---


def clients(source: str, names: Iterable[str], root: Path = ROOT) -> list[str]:
    """Which of these distributions the file behind `source` imports."""
    path = source.partition(":")[0]
    if not path.endswith(".py"):
        return []
    file = root / "snippets" / path
    modules = imports(str(file), file.stat().st_mtime_ns)
    return [name for name in names if _module(name) in modules]


@lru_cache(maxsize=4096)
def imports(file: str, _mtime: int) -> frozenset[str]:
    """The modules, by the first part of their name, that a Python file imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return frozenset(names - set(sys.stdlib_module_names))


def installed_clients(modules: Iterable[str]) -> dict[str, str]:
    """The installed distributions behind these modules, with their versions.

    Raises HarnessError for one whose module has another name: the page build, where it is not installed, could not tell
    which blocks use it.
    """
    found = {}
    for module in sorted(modules):
        # Several distributions may share a module (opentelemetry): the one that stands for it, if there is one.
        for distribution in sorted(_distributions().get(module, []), key=lambda name: _module(name) != module)[:1]:
            if _module(distribution) != module:
                raise HarnessError(f"snippets import {module}, which {distribution} provides: teach record._module so")
            found[distribution] = metadata.version(distribution)
    return dict(sorted(found.items()))


def _module(distribution: str) -> str:
    """The module that a distribution of this name provides: "sentry-sdk" -> "sentry_sdk"."""
    if distribution == "opentelemetry-api":
        return "opentelemetry"
    return re.sub(r"[-_.]+", "_", distribution).lower()


@cache
def _distributions() -> Mapping[str, list[str]]:
    """Module name -> distributions that provide it. It reads every installed file list, so once is enough."""
    return metadata.packages_distributions()
