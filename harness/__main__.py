"""The project's commands: `python -m harness test | matrix | site | update | explore | check | committed | bench`.

`make` calls these; run them by hand for options (`python -m harness test --help`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks, evidence, exemptions, exploration, judge, record, retries, stamp
from harness.site import ranges, sitecheck
from harness.site.build import build, finish

CORES = os.cpu_count() or 2
JOBS = min(3 * CORES, 8)  # much of the time a test waits for a server; a process with its servers takes 400 MB
AGAIN = 5  # so many failed tests of a run are tried once more; if more fail, something is wrong, not unlucky


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    test = commands.add_parser("test", help="provision, run everything on one lane, build and check the site")
    test.add_argument("--lane", default="current")
    test.add_argument("--guides-only", action="store_true", help="only the pages' tests: no site build, no browser")
    test.add_argument("--jobs", type=int, default=JOBS, help=f"test processes, each with servers of its own ({JOBS})")
    test.add_argument("pytest", nargs="*", help="paths or, after --, options for pytest: then it is pytest that runs")
    commands.add_parser("matrix", help="the pages' tests on every other lane")
    update = commands.add_parser("update", help="rewrite the shown outputs of the pages that changed since HEAD")
    update.add_argument("--all", action="store_true", help="of all pages, which takes an hour")
    update.add_argument("pytest", nargs="*", help="of these test files instead; also options for pytest")
    explored = commands.add_parser("explore", help="crash exploration of the recipes whose code changed; goes on")
    explored.add_argument("--all", action="store_true", help="of all recipes")
    explored.add_argument("pytest", nargs="*", help="of these test files instead; also options for pytest")
    site = commands.add_parser("site", help="the publishing build; stops when anything shown is unproven")
    site.add_argument("--dir", type=Path, default=ROOT / "site")
    commands.add_parser("check", help="what needs no server: pages, snippets, record")
    commands.add_parser("committed", help="whether the committed record proves all that is shown")
    commands.add_parser("bench", help="measure the preview, and what the proofs cost a build")
    soak = commands.add_parser("soak", help="tests in random order on a busy machine; goes on where the last one ended")
    soak.add_argument("--minutes", type=float, default=60, help="when to begin no further file (60)")
    soak.add_argument("--seed", type=int, help="of all that is random; printed at the start")
    soak.add_argument("files", nargs="*", help="test files; all but the site's when none is named")
    options = parser.parse_args(argv)
    try:
        return _COMMANDS[options.command](options)
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


# --- outside: enter the namespace, or let pytest do that ------------------------------------------


def _test(options: argparse.Namespace) -> int:
    from harness.lab import entry
    from harness.lab.lanes import lane

    lane(options.lane)  # an unknown one ends here
    os.chdir(ROOT)
    if options.pytest:
        # One process for each file, but for a debugger, which has the terminal to itself.
        jobs = [] if "--pdb" in options.pytest else ["-n", str(options.jobs)]
        command = [sys.executable, "-m", "pytest", "-q", "--lane", options.lane, *jobs, *options.pytest]
        sys.stdout.flush()
        os.execv(command[0], command)
    if not (ROOT / record.RECORD).exists():  # the site links to it
        record.save(record.previous(), ROOT / record.RECORD)
    if not entry.is_inside():
        arguments = ["test", "--lane", options.lane, "--jobs", str(options.jobs)]
        arguments += ["--guides-only"] if options.guides_only else []
        command = [sys.executable, "-m", "harness", *arguments]
        entry.enter(options.lane, command, browser=not options.guides_only)
    entry.inside()
    return _run(options.lane, options.jobs, options.guides_only)


def _matrix(_: argparse.Namespace) -> int:
    from harness.lab.lanes import LANES

    worst = 0
    for lane in LANES:
        if lane != "current":
            print(f"\n=== lane {lane} ===", flush=True)
            command = [sys.executable, "-m", "harness", "test", "--lane", lane, "--guides-only"]
            worst = max(worst, subprocess.call(command, cwd=ROOT))
    return worst


def _update(options: argparse.Namespace) -> int:
    from harness.site import changes

    # Known before the namespaces are entered: snippets may be written there.
    os.environ["GUIDE_UPDATE"] = "1"
    named = any(not word.startswith("-") for word in options.pytest)
    paths = [] if named else _guide_paths() if options.all else changes.since_head()
    command = [sys.executable, "-m", "pytest", "--update-examples", "-q"]
    status = subprocess.call([*command, *options.pytest, *paths], cwd=ROOT)
    print("review what changed: git diff snippets/")
    return status


def _explore(options: argparse.Namespace) -> int:
    """Every point of the chosen recipes. What an interrupted run finished is not done again."""
    os.environ[exploration.MODE] = "all" if options.all else "changed"
    named = any(not word.startswith("-") for word in options.pytest)
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(CORES), *options.pytest]
    status = subprocess.call([*command, *([] if named else _guide_paths())], cwd=ROOT)
    if status in (0, 1):  # it ended by itself
        for recipe in exploration.collect():
            print(f"{recipe}: {exploration.load()[recipe].sentence()}")
    return status


# --- inside: run, judge, build, check -----------------------------------------------------------


def _guide_paths() -> list[str]:
    """The tests of the pages: everything but the machinery's own tests, the browser's and those for `make compose`."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").iterdir()
        if path.name not in ("harness", "site", "docker", "__pycache__")
        and (path.is_dir() or path.name.startswith("test_"))
    )


def _run(lane: str, jobs: int, guides_only: bool) -> int:
    started = time.monotonic()
    tree = stamp.Tree()  # before anything of it is read
    run = Path(tempfile.mkdtemp(prefix="guide-run-"))
    os.environ[evidence.RUN_DIR] = str(run)
    files_before = set(Path(tempfile.gettempdir()).iterdir())
    steps = _Steps()
    _configuration()
    try:
        if not guides_only:
            steps.note("pages and snippets", _print_all(_page_problems()))
            steps.note("ruff", _ruff())
        paths = _guide_paths() if guides_only else ["tests", "--ignore=tests/site", "--ignore=tests/docker"]
        status, again = _attempt(run, paths, jobs)
        steps.note("tests", status)
        verdict = judge.judge(run, lane)
        if lane == record.BEST and not status and (racing := _touching(run, verdict)):
            print("lines that no test executed; once more, alone, what uses their files:", flush=True)
            _print_all([f"  {test}" for test in racing])
            steps.note("tests", _pytest(racing, 1))
            before, verdict = verdict, judge.judge(run, lane)
            again |= {source: line for source, line in before.unproven.items() if source not in verdict.unproven}
        tests = _counts(run)
        if not tests.get("passed"):
            steps.note("tests ran", _print_all(["no test ran: nothing was verified"]))
        if skipped := {test: why for test, why in evidence.read(run)[1].items() if why.startswith("skipped")}:
            _print_all([f"{test} {why}" for test, why in sorted(skipped.items())])
        if lane == record.BEST:
            steps.note("every block proven", _print_all(list(verdict.unproven.values())))
        elif verdict.unproven:
            print(f"not verified on lane {lane} (what its servers lack, the pages say):")
            _print_all([f"  {source}" for source in sorted(verdict.unproven)])
        merged = record.merge(record.previous(), verdict.proven)
        if not guides_only:
            # The site of this run shows what this run proves. The record itself is written when all is green.
            record.save(merged, run / record.RECORD)
            os.environ[record.RECORD_ENV] = str(run / record.RECORD)
            os.environ["GUIDE_SITE"] = str(run / "site")
            steps.note("site build", _build(run / "site"))
            if not steps.failed:
                status, more = _attempt(run, ["tests/site", "--dist=loadgroup"], min(jobs, CORES))
                steps.note("site in the browser", status)
                again |= more
        seconds = evidence.seconds(run)
        shutil.rmtree(run)
        steps.note("nothing left", _print_all(_leaks(files_before)))
        steps.note("no test retried twice", _print_all(retries.note(again, lane)))
        if changed := tree.changes(stamp.Tree()):
            print("this run proves nothing, for what it read is not what is there now; run it again:", flush=True)
            steps.note("tree unchanged", _print_all([f"  {line}" for line in changed]))
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


def _print_all(lines: Sequence[str]) -> int:
    for line in lines:
        print(line, flush=True)
    return 1 if lines else 0


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
    _print_all([f"  {test}" for test in failed])
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


# --- the site -----------------------------------------------------------------------------------


def _build(target: Path) -> int:
    """Build the site strictly; 0 when it was built and everything on it holds."""
    try:
        build("--strict", "--site-dir", str(target))  # with --quiet, MkDocs would not count its warnings
        record.save(record.load(), target / "source" / record.RECORD)  # what the pages show, as data
        (target / "source" / exploration.FILE).write_text(exploration.text(exploration.load()), encoding="utf-8")
        finish(target)
    except HarnessError as error:
        return _print_all([str(error)])
    return _print_all(_site_problems(target))


def _site_problems(target: Path) -> list[str]:
    """What is wrong with a built site, read from its HTML alone: one line for each unproven block, page that shows
    fewer blocks than it includes, dead link, and resource of another host."""
    pages = sitecheck.read(target)
    known = {source: entry.digest for source, entry in record.load().blocks.items()}
    found = sitecheck.unproven_blocks(pages, known, exemptions.not_executed())
    wanted: dict[str, int] = {}
    for fence in blocks.fences():
        if fence.language != blocks.GENERATED_LANGUAGE:
            wanted[fence.page] = wanted.get(fence.page, 0) + 1
    shown = {page.path: len(page.blocks) for page in pages}
    for page, count in sorted(wanted.items()):
        path = (Path(page).with_suffix("") / "index.html").as_posix().replace("index/index.html", "index.html")
        if shown.get(path, 0) != count:
            found.append(f"docs/{page} includes {count} blocks, the built page shows {shown.get(path, 0)}")
    return found + sitecheck.broken_links(target, pages) + sitecheck.foreign_resources(pages)


def _site(options: argparse.Namespace) -> int:
    _configuration()
    if found := _page_problems():
        raise HarnessError(found[0] + (f" (and {len(found) - 1} more)" if len(found) > 1 else ""))
    published = stamp.published()
    file = ROOT / ".cache" / "published.json"
    record.save(published, file)
    os.environ[record.RECORD_ENV] = str(file)
    status = _build(options.dir.resolve())
    if not status:
        print(f"site/ built: {len(published.blocks)} blocks shown, all verified")
    return status


def _check(_: argparse.Namespace) -> int:
    """Pages and snippets, and whether the record proves what is shown."""
    _configuration()
    return _print_all(_page_problems()) or _print_all(record.unverified(record.load(ROOT / record.RECORD)))


def _page_problems() -> list[str]:
    """What is wrong with pages, snippets and the list of what is not executed, one line each."""
    return blocks.problems() + ranges.problems() + exemptions.problems() + exploration.problems()


def _configuration() -> None:
    """Raise HarnessError, naming line and fault, when mkdocs.yml is not YAML."""
    import yaml

    try:
        yaml.compose((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise HarnessError(f"mkdocs.yml, line {line}: {error.problem}: correct the YAML there") from None


def _committed(_: argparse.Namespace) -> int:
    """Whether a fresh clone shows every proof: the record at HEAD has to cover all that the pages show."""
    done = subprocess.run(
        ["git", "show", f"HEAD:{record.RECORD}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise HarnessError(f"{record.RECORD} is not committed: run `make test` and commit it")
    lines = record.unverified(record.parse(done.stdout))
    if lines:
        _print_all(lines)
        raise HarnessError(
            f"the committed {record.RECORD} lacks {len(lines)} proofs: commit the one that `make test` wrote"
        )
    print(f"the committed {record.RECORD} proves everything that is shown")
    return 0


def _bench(_: argparse.Namespace) -> int:
    from harness.site import bench

    return bench.main()


def _soak(options: argparse.Namespace) -> int:
    import random

    from harness.site import soak

    paths = [ROOT / path for path in (options.files or [*_guide_paths(), "tests/harness"])]
    files = {file for path in paths for file in (path.rglob("test_*.py") if path.is_dir() else [path])}
    names = sorted(file.relative_to(ROOT).as_posix() for file in files)
    return soak.soak(names, options.minutes, random.randrange(1 << 32) if options.seed is None else options.seed)


_COMMANDS = {
    "test": _test,
    "matrix": _matrix,
    "update": _update,
    "explore": _explore,
    "site": _site,
    "check": _check,
    "committed": _committed,
    "bench": _bench,
    "soak": _soak,
}

if __name__ == "__main__":
    # Ended by `kill`, a run still removes its folders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
