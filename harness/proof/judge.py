"""Decides from the evidence of a run which displayed blocks are proven, and which test proves each of them best."""

from __future__ import annotations

import ast
import datetime
import platform
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks, evidence, exemptions, record
from harness.proof.evidence import Execution
from harness.proof.record import Entry, Record, Run
from harness.proof.runners import compare


@dataclass(frozen=True)
class Verdict:
    """What a run of one lane established: its proofs, and why each other displayed block has none."""

    lane: str
    proven: Record  # of this lane alone
    unproven: dict[str, str]  # source -> what is missing, one line
    shown: int  # displayed blocks, each (source) counted once


def judge(run: Path, lane: str, root: Path = ROOT, today: datetime.date | None = None) -> Verdict:
    """Decide from the evidence in the run folder which displayed blocks are proven.

    A block counts as proven when a passing test executed its file as it is now, no failing test did, and, for
    Python, every displayed statement ran in some passing test. Raises HarnessError when the run used two versions of
    one server.
    """
    executions, outcomes = evidence.read(run)
    listed = exemptions.not_executed(root)
    day = (today or datetime.datetime.now(datetime.UTC).date()).isoformat()
    proofs: dict[str, Entry] = {}
    unproven: dict[str, str] = {}
    modules: set[str] = set()
    pages: dict[str, str] = {}
    for fence in blocks.fences(root):
        if fence.source is not None:
            pages.setdefault(fence.source, fence.where)
    by_snippet: dict[str, list[Execution]] = {}
    for execution in executions:
        by_snippet.setdefault(execution.snippet, []).append(execution)

    shown_blocks = blocks.displayed(root)
    for source, block in sorted(shown_blocks.items()):
        if source in listed:
            continue
        file = root / "snippets" / block.path
        digest = evidence.file_digest(file)
        every = by_snippet.get(block.path, [])
        seen = [execution for execution in every if execution.digest == digest]
        passed = [execution for execution in seen if outcomes.get(execution.test) == "passed"]
        if fault := _fault(file, block, every, seen, passed, outcomes):
            unproven[source] = f"{pages[source]}: {source}: {fault}"
            continue
        best = min(passed, key=lambda execution: _rank(execution, block, root))
        by = sorted({execution.by for execution in passed} - {record.EXECUTORS.get(block.kind)})
        proofs[source] = Entry(
            source,
            block.digest,
            best.test,
            _function(root, best.test)[0],
            (lane,),
            tuple(sorted({name for execution in passed for name in execution.services})),
            by[0] if by and block.kind not in record.EXECUTORS else "",
            # Numbers of a Python block are compared to the letter.
            day if block.kind != "python" and compare.measured(block.text) else "",
        )
        if file.suffix == ".py":
            modules |= record.imports(str(file), file.stat().st_mtime_ns)
    servers = _versions([execution for execution in executions if outcomes.get(execution.test) == "passed"])
    one = Run(day, platform.python_version(), servers, record.installed_clients(modules))
    return Verdict(lane, Record({lane: one}, proofs), unproven, len(shown_blocks))


def _fault(
    file: Path,
    block: blocks.Shown,
    every: list[Execution],
    seen: list[Execution],
    passed: list[Execution],
    outcomes: dict[str, str],
) -> str:
    """Why this block is not proven, or "" when it is."""
    if every and not seen:
        return f"{every[0].test} executed another text of it: it was changed during the run"
    if failed := sorted(execution.test for execution in seen if outcomes.get(execution.test) == "failed"):
        return f"{failed[0]} failed"
    if not passed:
        return f"no test executed it; write one in tests/ or list it in {exemptions.LIST}"
    if block.kind != "python":
        return ""
    if all(execution.lines is None for execution in passed):
        return f"{passed[0].test} does not say which lines ran: execute it with run_script or in a workspace"
    missing = ", ".join(map(str, _missing_lines(file, block, passed)))
    return f"no test executed line {missing} of snippets/{block.path}" if missing else ""


def _missing_lines(file: Path, block: blocks.Shown, passed: list[Execution]) -> list[int]:
    """Displayed statements (1-based lines) that no passing test executed. An execution that does not say which lines
    ran excuses none."""
    from coverage.parser import PythonParser

    parser = PythonParser(text=file.read_text(encoding="utf-8"), filename=str(file))
    parser.parse_source()
    ran: set[int] = set()
    for execution in passed:
        ran |= set(parser.translate_lines(execution.lines or ()))
    return sorted((parser.statements & set(block.lines)) - ran)


def _versions(passed: list[Execution]) -> dict[str, str]:
    """The servers that the tests used, each with its version."""
    found: dict[str, str] = {}
    for execution in passed:
        for name, version in execution.services.items():
            if found.setdefault(name, version) != version:
                raise HarnessError(f"one run used {name} {found[name]} and {version}: a lane has one version of each")
    return dict(sorted(found.items()))


# --- the best test ---


def _rank(execution: Execution, block: blocks.Shown, root: Path) -> tuple[bool, int, int, int, str]:
    """Orders tests, best first: of the page's own file, naming the snippet, executing most of it, first in its file."""
    file = Path(execution.test.partition("::")[0])
    folder = Path(block.path).parent.as_posix()
    own = f"{file.parent.as_posix()}/{file.stem.removeprefix('test_')}" == f"tests/{folder}"
    line, text = _function(root, execution.test)
    name = Path(block.path)
    names = re.compile(rf"\b{re.escape(name.stem)}\b")
    naming = 0 if name.name in text else 1 if names.search(text) else 2
    ran = len(set(execution.lines or ()) & set(block.lines))
    return not own, naming, -ran, line, execution.test


def _function(root: Path, test: str) -> tuple[int, str]:
    """Where a test begins in its file (1-based), and its source; (1, "") when it is not written there."""
    file, _, name = test.partition("[")[0].partition("::")
    path = root / file
    return _functions(str(path), path.stat().st_mtime_ns).get(name, (1, "")) if path.is_file() else (1, "")


@lru_cache(maxsize=256)
def _functions(file: str, _mtime: int) -> dict[str, tuple[int, str]]:
    source = Path(file).read_text(encoding="utf-8")
    lines = source.splitlines()
    found: dict[str, tuple[int, str]] = {}
    ahead: list[tuple[str, ast.stmt]] = [("", node) for node in ast.parse(source).body]
    while ahead:
        prefix, node = ahead.pop()
        if isinstance(node, ast.ClassDef):
            ahead += [(f"{prefix}{node.name}::", child) for child in node.body]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[f"{prefix}{node.name}"] = (node.lineno, "\n".join(lines[first - 1 : node.end_lineno]))
    return found
