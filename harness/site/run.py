"""A run for the record: all tests of a lane, then the verdict, the site and what the run left behind.

It takes place inside, see `harness/lab/entry.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import ROOT
from harness.proof import evidence, exemptions, judge, record, retries, stamp
from harness.site.publish import build_checked, check_configuration, page_problems, print_all

CORES = os.cpu_count() or 2
JOBS = min(3 * CORES, 8)  # much of the time a test waits for a server; a process with its servers takes 400 MB
AGAIN = 5  # so many failed tests of a run are tried once more; if more fail, something is wrong, not unlucky


def guide_paths() -> list[str]:
    """The tests of the pages: everything but the machinery's own tests, the browser's and those for `make compose`."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").iterdir()
        if path.name not in ("harness", "site", "docker", "__pycache__")
        and (path.is_dir() or path.name.startswith("test_"))
    )


def run_tests(lane: str, jobs: int, guides_only: bool) -> int:
    """Run the tests of one lane, and judge them; the record is written when all is green. The exit status."""
    started = time.monotonic()
    tree = stamp.Tree()  # before anything of it is read
    run = Path(tempfile.mkdtemp(prefix="guide-run-"))
    os.environ[evidence.RUN_DIR] = str(run)
    files_before = set(Path(tempfile.gettempdir()).iterdir())
    steps = _Steps()
    check_configuration()
    try:
        if not guides_only:
            steps.note("pages and snippets", print_all(page_problems()))
            steps.note("ruff", _ruff())
        paths = guide_paths() if guides_only else ["tests", "--ignore=tests/site", "--ignore=tests/docker"]
        status, again = _attempt(run, paths, jobs)
        steps.note("tests", status)
        verdict = judge.judge(run, lane)
        if lane == record.BEST and not status and (racing := _touching(run, verdict)):
            print("lines that no test executed; once more, alone, what uses their files:", flush=True)
            print_all([f"  {test}" for test in racing])
            steps.note("tests", _pytest(racing, 1))
            before, verdict = verdict, judge.judge(run, lane)
            again |= {source: line for source, line in before.unproven.items() if source not in verdict.unproven}
        tests = _counts(run)
        if not tests.get("passed"):
            steps.note("tests ran", print_all(["no test ran: nothing was verified"]))
        if skipped := {test: why for test, why in evidence.read(run)[1].items() if why.startswith("skipped")}:
            print_all([f"{test} {why}" for test, why in sorted(skipped.items())])
        if lane == record.BEST:
            steps.note("every block proven", print_all(list(verdict.unproven.values())))
        elif verdict.unproven:
            print(f"not verified on lane {lane} (what its servers lack, the pages say):")
            print_all([f"  {source}" for source in sorted(verdict.unproven)])
        merged = record.merge(record.previous(), verdict.proven)
        if not guides_only:
            # The site of this run shows what this run proves. The record itself is written when all is green.
            record.save(merged, run / record.RECORD)
            os.environ[record.RECORD_ENV] = str(run / record.RECORD)
            os.environ["GUIDE_SITE"] = str(run / "site")
            steps.note("site build", build_checked(run / "site"))
            if not steps.failed:
                status, more = _attempt(run, ["tests/site", "--dist=loadgroup"], min(jobs, CORES))
                steps.note("site in the browser", status)
                again |= more
        seconds = evidence.seconds(run)
        shutil.rmtree(run)
        steps.note("nothing left", print_all(_leaks(files_before)))
        steps.note("no test retried twice", print_all(retries.note(again, lane)))
        if changed := tree.changes(stamp.Tree()):
            print("this run proves nothing, for what it read is not what is there now; run it again:", flush=True)
            steps.note("tree unchanged", print_all([f"  {line}" for line in changed]))
        if not steps.failed:
            record.save(merged, ROOT / record.RECORD)
            stamp.leave(verdict, tests, tree)
            if lane == record.BEST and not guides_only:
                record.write(ROOT / evidence.SECONDS, json.dumps(seconds, indent=1) + "\n")
        print(
            f"\nlane {lane}: {len(verdict.proven.blocks)} of {verdict.shown} blocks verified"
            f" ({len(exemptions.not_executed())} listed as not executed), "
            f"{tests.get('passed', 0)} tests passed, {tests.get('failed', 0)} failed, "
            f"{tests.get('skipped', 0)} skipped, {len(again)} of them at the second attempt, "
            f"{time.monotonic() - started:.0f} s",
            flush=True,
        )
        return steps.report()
    finally:
        shutil.rmtree(run, ignore_errors=True)


class _Steps:
    """What was done and what of it failed; a run goes on after a failure, to show all of them at once."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def note(self, name: str, status: int) -> None:
        if status:
            self.failed.append(name)

    def report(self) -> int:
        if self.failed:
            print(f"FAILED: {', '.join(self.failed)}", flush=True)
        return 1 if self.failed else 0


def _ruff() -> int:
    check = subprocess.call([sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", "."], cwd=ROOT)
    form = subprocess.call([sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "--quiet", "."], cwd=ROOT)
    return check or form


def _pytest(arguments: list[str], jobs: int) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.call([*command, "-n", str(jobs)], cwd=ROOT)


def _attempt(run: Path, arguments: list[str], jobs: int) -> tuple[int, dict[str, str]]:
    """Run tests; the few that failed once more, alone and on fresh servers. The exit status, and which of them passed
    then, each with the reason why it failed at first.

    Some drills race with the machine: a server that is killed, a worker that takes a second longer to start. A fault of
    a page fails twice. Both attempts are printed, and the second ones go into a file: see `harness.proof.retries`.
    """
    before = {test for test, result in evidence.read(run)[1].items() if result == "failed"}
    status = _pytest(arguments, jobs)
    failed = sorted({test for test, result in evidence.read(run)[1].items() if result == "failed"} - before)
    if status != 1 or not 0 < len(failed) <= AGAIN:
        return status, {}
    print("once more, alone:", flush=True)
    print_all([f"  {test}" for test in failed])
    reasons = evidence.reasons(run)
    evidence.forget(run, failed)
    status = _pytest(failed, 1)
    outcomes = evidence.read(run)[1]
    return status, {test: reasons[test] for test in failed if outcomes.get(test) == "passed"}


def _touching(run: Path, verdict: judge.Verdict) -> list[str]:
    """The tests that used the files of unproven blocks, if they are few: a race may leave a line of them unexecuted."""
    files = {source.partition(":")[0] for source in verdict.unproven}
    tests = sorted({execution.test for execution in evidence.read(run)[0] if execution.snippet in files})
    return tests if len(files) <= AGAIN and len(tests) <= 4 * AGAIN else []


def _counts(run: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in evidence.read(run)[1].values():
        name = result.split(":")[0]
        counts[name] = counts.get(name, 0) + 1
    return counts


def _leaks(files_before: set[Path]) -> list[str]:
    """Processes and files that the run left behind, one line each."""
    found = []
    # In the run's own process namespace every other process is one that somebody forgot.
    deadline = time.monotonic() + 5
    while (left := _other_processes()) and time.monotonic() < deadline:
        time.sleep(0.1)
    found += [f"a process was left running: {command}" for command in left]
    found += [
        f"a file was left behind: {path}"
        for path in sorted(set(Path(tempfile.gettempdir()).iterdir()) - files_before)
        if not path.name.startswith("pytest-of-")
    ]
    return found


def _other_processes() -> list[str]:
    own = {1, os.getpid(), os.getppid()}
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in own:
            try:
                command = " ".join((entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ").split())
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z":
                found.append(f"{entry.name} {command}")
    return found
