"""The project's commands: `python -m harness test | matrix | site | update | explore | check | committed | bench`.

`make` calls these; run them by hand for options (`python -m harness test --help`).
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import exploration, record, stamp
from harness.site import publish, run


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    test = commands.add_parser("test", help="provision, run everything on one lane, build and check the site")
    test.add_argument("--lane", default="current")
    test.add_argument("--guides-only", action="store_true", help="only the pages' tests: no site build, no browser")
    test.add_argument(
        "--jobs", type=int, default=run.JOBS, help=f"test processes, each with servers of its own ({run.JOBS})"
    )
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
    return run.run_tests(options.lane, options.jobs, options.guides_only)


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
    paths = [] if named else run.guide_paths() if options.all else changes.since_head()
    command = [sys.executable, "-m", "pytest", "--update-examples", "-q"]
    status = subprocess.call([*command, *options.pytest, *paths], cwd=ROOT)
    print("review what changed: git diff snippets/")
    return status


def _explore(options: argparse.Namespace) -> int:
    """Every point of the chosen recipes. What an interrupted run finished is not done again."""
    os.environ[exploration.MODE] = "all" if options.all else "changed"
    named = any(not word.startswith("-") for word in options.pytest)
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(run.CORES), *options.pytest]
    status = subprocess.call([*command, *([] if named else run.guide_paths())], cwd=ROOT)
    if status in (0, 1):  # it ended by itself
        for recipe in exploration.collect():
            print(f"{recipe}: {exploration.load()[recipe].sentence()}")
    return status


def _site(options: argparse.Namespace) -> int:
    publish.check_configuration()
    if found := publish.page_problems():
        raise HarnessError(found[0] + (f" (and {len(found) - 1} more)" if len(found) > 1 else ""))
    published = stamp.published()
    file = ROOT / ".cache" / "published.json"
    record.save(published, file)
    os.environ[record.RECORD_ENV] = str(file)
    status = publish.build_checked(options.dir.resolve())
    if not status:
        print(f"site/ built: {len(published.blocks)} blocks shown, all verified")
    return status


def _check(_: argparse.Namespace) -> int:
    """Pages and snippets, and whether the record proves what is shown."""
    publish.check_configuration()
    return publish.print_all(publish.page_problems()) or publish.print_all(
        record.unverified(record.load(ROOT / record.RECORD))
    )


def _committed(_: argparse.Namespace) -> int:
    """Whether a fresh clone shows every proof: the record at HEAD has to cover all that the pages show."""
    done = subprocess.run(
        ["git", "show", f"HEAD:{record.RECORD}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise HarnessError(f"{record.RECORD} is not committed: run `make test` and commit it")
    lines = record.unverified(record.parse(done.stdout))
    if lines:
        publish.print_all(lines)
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

    paths = [ROOT / path for path in (options.files or [*run.guide_paths(), "tests/harness"])]
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
