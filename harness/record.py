"""The verification record: which displayed blocks are proven, by which tests, on which servers, since when.

`verification.json` is committed like a lock file. Its entries are keyed by *content*, the SHA-256 of a block's
displayed text, so an edited block loses its proof at once. One entry a line; an entry changes only when its block,
its tests or a version does, so the diffs stay readable.

The committed record is what `make serve` shows. Publishing trusts no file: `make site` asks for the *stamp* of a
run of this very tree (`.cache/runs/LANE.json`, never committed) and reads the proofs from there.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from harness import ROOT, HarnessError, blocks, evidence, namespace

RECORD = "verification.json"
RECORD_ENV = "GUIDE_RECORD"  # environment variable: another record for the page build to read
SCHEMA = 1
LIST = "tests/not-executed.toml"
LISTED_AT_MOST = 10  # a list that may grow without end excuses everything
# The inputs of a run: a stamp is valid for exactly these bytes.
TREE = (
    "docs",
    "snippets",
    "tests",
    "harness",
    "overrides",
    "mkdocs.yml",
    "pyproject.toml",
    "docker-compose.yml",
    "requirements.txt",
    "requirements-site.txt",
    "Makefile",
)


@dataclass(frozen=True)
class Verdict:
    """What a run established: the entries of proven blocks, and why each other displayed block is not."""

    entries: list[dict[str, Any]]
    unproven: dict[str, str]  # source -> what is missing, one line
    shown: int  # displayed blocks, each (source) counted once


def tree_digest(root: Path = ROOT) -> str:
    """SHA-256 over path and content of everything a run depends on, the record itself excepted."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *TREE],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = {name for name in listing.stdout.decode().split("\0") if name}
    else:  # an unpacked archive, not a clone
        names = {
            file.relative_to(root).as_posix()
            for top in TREE
            for file in ([root / top] if (root / top).is_file() else (root / top).rglob("*"))
            if (file.is_file() or file.is_symlink()) and "__pycache__" not in file.parts
        }
    digest = hashlib.sha256()
    for name in sorted(names):
        file = root / name
        if file.is_symlink():  # docs/source/ leads to the record, which a run of another lane rewrites
            digest.update(f"{name}\0-> {file.readlink()}\n".encode())
        elif file.is_file():
            digest.update(f"{name}\0{evidence.file_digest(file)}\n".encode())
    return digest.hexdigest()


def not_executed(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The blocks on the public list of what no test can execute: source -> reason, link, checked (a date).

    Raises HarnessError when an entry lacks one of the three, or the list is longer than LISTED_AT_MOST.
    """
    return _list(root)["source"]


def passages(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The passages on the same list, text that describes what no test can execute: name -> what, reason, link, checked.

    A page marks the place with a `verification` fence that says `not-executed NAME`.
    """
    return _list(root)["name"]


def list_problems(root: Path = ROOT) -> list[str]:
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


def _list(root: Path) -> dict[str, dict[str, dict[str, Any]]]:
    file = root / LIST
    if not file.exists():
        return {"source": {}, "name": {}}
    stat = file.stat()
    return _read_list(str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read_list(file: str, _mtime: int, _size: int) -> dict[str, dict[str, dict[str, Any]]]:
    content = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    kinds = {"source": content.get("block", []), "name": content.get("passage", [])}
    for key, listed in kinds.items():
        for entry in listed:
            missing = {key, "reason", "link", "checked"} | ({"what"} if key == "name" else set())
            if missing := missing - entry.keys():
                raise HarnessError(f"{LIST}: an entry lacks {', '.join(sorted(missing))}; say why and since when")
    if (count := sum(map(len, kinds.values()))) > LISTED_AT_MOST:
        raise HarnessError(f"{LIST} has {count} entries, at most {LISTED_AT_MOST} are allowed: execute some of them")
    return {key: {entry[key]: entry for entry in listed} for key, listed in kinds.items()}


def displayed(root: Path = ROOT) -> dict[str, blocks.Shown]:
    """Every block that some page shows, by source ("path" or "path:section")."""
    return {
        fence.source: blocks.shown(fence.source, root)
        for fence in blocks.fences(root)
        if fence.source is not None and fence.language != blocks.GENERATED_LANGUAGE
    }


def judge(run: Path, lane: str, root: Path = ROOT, today: datetime.date | None = None) -> Verdict:
    """Decide from the evidence in the run folder which displayed blocks are proven.

    A block counts as proven when a passing test executed its file as it is now, no failing test did, and, for
    Python, every displayed statement ran in some passing test.
    """
    executions, outcomes = evidence.read(run)
    listed = not_executed(root)
    day = (today or datetime.datetime.now(datetime.UTC).date()).isoformat()
    entries: list[dict[str, Any]] = []
    unproven: dict[str, str] = {}
    pages: dict[str, str] = {}
    for fence in blocks.fences(root):
        if fence.source is not None:
            pages.setdefault(fence.source, fence.where)
    by_snippet: dict[str, list[dict[str, Any]]] = {}
    for execution in executions:
        by_snippet.setdefault(execution["snippet"], []).append(execution)

    shown_blocks = displayed(root)
    for source, block in sorted(shown_blocks.items()):
        if source in listed:
            continue
        where = f"{pages[source]}: {source}"
        file = root / "snippets" / block.path
        digest = evidence.file_digest(file)
        seen = [e for e in by_snippet.get(block.path, []) if e["digest"] == digest]
        failed = sorted({e["test"] for e in seen if outcomes.get(e["test"]) == "failed"})
        passed = [e for e in seen if outcomes.get(e["test"]) == "passed"]
        if not passed and not failed:
            unproven[source] = f"{where}: no test executed it; write one in tests/ or list it in {LIST}"
            continue
        if failed:
            unproven[source] = f"{where}: {failed[0]} failed"
            continue
        if block.kind == "python":
            missing = _missing_lines(file, block, passed)
            if missing:
                numbers = ", ".join(map(str, missing))
                unproven[source] = f"{where}: no test executed line {numbers} of snippets/{block.path}"
                continue
        services: dict[str, str] = {}
        for execution in passed:
            services.update(execution["services"])
        entries.append(
            {
                "sha256": block.sha256,
                "source": source,
                "lines": f"{block.lines[0]}-{block.lines[-1]}",
                "kind": block.kind,
                "by": sorted({e["by"] for e in passed}),
                "tests": sorted({e["test"] for e in passed}),
                "outcome": "passed",
                "lanes": {lane: {"date": day, "services": dict(sorted(services.items())), "clients": _clients(file)}},
            }
        )
    return Verdict(entries, unproven, len(shown_blocks))


def _missing_lines(file: Path, block: blocks.Shown, passed: list[dict[str, Any]]) -> list[int]:
    """Displayed statements (1-based lines) that no passing test executed."""
    from coverage.parser import PythonParser

    parser = PythonParser(text=file.read_text(encoding="utf-8"), filename=str(file))
    parser.parse_source()
    ran: set[int] = set()
    for execution in passed:
        if execution["lines"] is None:
            return []
        ran |= set(parser.translate_lines(execution["lines"]))
    return sorted((parser.statements & set(block.lines)) - ran)


@cache
def _distributions() -> Mapping[str, list[str]]:
    """Module name -> distributions that provide it. It reads every installed file list, so once is enough."""
    return metadata.packages_distributions()


def _clients(file: Path) -> dict[str, str]:
    """Distributions that a Python snippet imports, with their versions; empty for other files."""
    if file.suffix != ".py":
        return {}
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    distributions = _distributions()
    found = {}
    for name in names - set(sys.stdlib_module_names):
        for distribution in distributions.get(name, [])[:1]:
            found[distribution] = metadata.version(distribution)
    return dict(sorted(found.items()))


def load(file: Path | None = None) -> list[dict[str, Any]]:
    """The entries of a record: of `file`, else of the one named by GUIDE_RECORD, else of the committed one.

    An absent record is an empty one. Raises HarnessError when the file is not a record this version can read.
    """
    if file is None:
        file = Path(os.environ.get(RECORD_ENV) or ROOT / RECORD)
    if not file.exists():
        return []
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise HarnessError(
                f"{file.name} has schema {content['schema']}, this harness reads {SCHEMA}: run `make test`"
            )
        return list(content["blocks"])
    except (ValueError, KeyError, TypeError) as error:
        raise HarnessError(
            f"{file.name} is not a verification record ({error}): restore it from git or run `make test`"
        ) from None


def merge(old: list[dict[str, Any]], new: list[dict[str, Any]], lane: str, root: Path = ROOT) -> list[dict[str, Any]]:
    """Join a run of one lane into a record.

    Entries of blocks that no page shows any more, or whose text has changed, are dropped. The run's lane is
    replaced; what other lanes proved for the same text stays. A date changes only when a version does.
    """
    key = {(block.sha256, source) for source, block in displayed(root).items()}
    kept = {(entry["sha256"], entry["source"]): dict(entry) for entry in old}
    kept = {k: entry for k, entry in kept.items() if k in key}
    fresh = {(entry["sha256"], entry["source"]): entry for entry in new}
    merged = []
    for k in key:
        lanes = dict(kept.get(k, {}).get("lanes", {}))
        before = lanes.pop(lane, None)
        if k in fresh:
            now = dict(fresh[k]["lanes"][lane])
            if before and {**before, "date": ""} == {**now, "date": ""}:
                now["date"] = before["date"]
            lanes[lane] = now
        if lanes:
            merged.append({**kept.get(k, {}), **fresh.get(k, {}), "lanes": dict(sorted(lanes.items()))})
    return sorted(merged, key=lambda entry: (entry["source"], entry["sha256"]))


def save(entries: list[dict[str, Any]], file: Path) -> None:
    """Write a record, one entry a line, by an atomic rename."""
    lines = ",\n".join("  " + json.dumps(entry, sort_keys=True, ensure_ascii=False) for entry in entries)
    text = f'{{\n "schema": {SCHEMA},\n "blocks": [\n{lines}\n ]\n}}\n'
    file = namespace.result(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def stamp_file(lane: str, root: Path = ROOT) -> Path:
    return root / ".cache" / "runs" / f"{lane}.json"


def stamp(verdict: Verdict, lane: str, tests: dict[str, int], root: Path = ROOT) -> None:
    """Keep what a run of this tree established, for `make site`."""
    file = stamp_file(lane, root)
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": SCHEMA,
        "tree": tree_digest(root),
        "lane": lane,
        "tests": tests,
        "shown": verdict.shown,
        "blocks": verdict.entries,
    }
    file.write_text(json.dumps(content), encoding="utf-8")


def published(root: Path = ROOT) -> list[dict[str, Any]]:
    """The entries that may be published: made by runs of this very tree, every displayed block among them.

    Raises HarnessError when the current lane was not run on this tree, or a shown block is unproven; the message
    names page and block.
    """
    digest = tree_digest(root)
    entries: list[dict[str, Any]] = []
    for file in sorted((root / ".cache" / "runs").glob("*.json"), key=lambda f: (f.stem == "current", f.stem)):
        content = json.loads(file.read_text(encoding="utf-8"))
        if content.get("schema") == SCHEMA and content.get("tree") == digest:
            entries = merge(entries, content["blocks"], content["lane"], root)
    if not any("current" in entry["lanes"] for entry in entries):
        made = "was made from another tree" if stamp_file("current", root).exists() else "does not exist yet"
        raise HarnessError(f"the verification of this tree {made}: run `make test`, then `make site`")
    committed = {(e["sha256"], e["source"]): e for e in load(root / RECORD)}
    for entry in entries:  # same proof, same versions: keep the date that the record already shows
        for lane, proof in entry["lanes"].items():
            before = committed.get((entry["sha256"], entry["source"]), {}).get("lanes", {}).get(lane)
            if before and {**before, "date": ""} == {**proof, "date": ""}:
                proof["date"] = before["date"]
    bad = unverified(entries, root)
    if bad:
        raise HarnessError(bad[0] + (f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""))
    return entries


def unverified(entries: list[dict[str, Any]], root: Path = ROOT) -> list[str]:
    """A line for each fence that shows something the entries do not prove on the `current` lane."""
    proven = {(e["sha256"], e["source"]) for e in entries if "current" in e["lanes"] and e["outcome"] == "passed"}
    listed = not_executed(root)
    lines = []
    for fence in blocks.fences(root):
        if fence.language == blocks.GENERATED_LANGUAGE or fence.source in listed:
            continue
        if fence.source is None:
            lines.append(f"{fence.where}: code is typed into the page; move it to snippets/")
        elif (blocks.shown(fence.source, root).sha256, fence.source) not in proven:
            lines.append(f"{fence.where}: {fence.source} is not verified at its present text; run `make test`")
    return lines
