"""`make soak`: test files in random order, each while the machine is busy in another way, until the time is up.

A test that fails here and passes alone depends on something that no page promises: on the order, or on how busy the
machine is. Results are added up by tree and test in `.cache/soak/`, so that the next call goes on where this one ended:
with the files that have run least often. `--seed` and the file repeat an order; the load decides nothing else.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from harness import ROOT
from harness.proof import evidence, stamp

FOLDER = ROOT / ".cache" / "soak"
CORES = os.cpu_count() or 2
FILE_LIMIT = 1800  # seconds for one file; a test has its own limit
# Each ends with the process that started it, however that ends.
BURN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(100_000))\n"
WRITE = """import os, sys
parent, data = os.getppid(), os.urandom(1 << 20)
with open(sys.argv[1], "wb") as file:
    while os.getppid() == parent:
        file.seek(0)
        for _ in range(64):
            file.write(data)
        os.fsync(file.fileno())
"""
LOADS = {
    "idle": (0, 0),
    "one processor busy": (1, 0),
    "all processors busy twice": (2 * CORES, 0),
    "disk busy": (0, 2),
    "processors and disk busy": (CORES, 2),
}


@contextmanager
def load(name: str) -> Iterator[None]:
    """Keep the machine busy in the way that LOADS says: so many burners, so many writers."""
    burners, writers = LOADS[name]
    commands = [["-c", BURN]] * burners + [["-c", WRITE, str(FOLDER / f"{n}.written")] for n in range(writers)]
    started = [subprocess.Popen([sys.executable, *command]) for command in commands]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
        for n in range(writers):
            (FOLDER / f"{n}.written").unlink(missing_ok=True)


def run(file: str, seed: int, busy: str) -> dict[str, str]:
    """Run one test file; how each of its tests ended ("passed", "failed", "skipped"), by name."""
    report = FOLDER / "last.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "harness", "test", "--", "-n0", "-q", f"--junitxml={report}", file]
    with load(busy), (FOLDER / "last.log").open("wb") as log:
        env = {**os.environ, evidence.ORDER: str(seed)}
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            process.wait(FILE_LIMIT)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
    if not report.exists():
        return {file: "failed"}
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        ended = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        found[f"{case.get('classname')}::{case.get('name')}"] = ended
    return found


def soak(files: list[str], minutes: float, seed: int) -> int:
    """Run `files` until the time is up, first those that have run least often; 1 when a test failed in this tree."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = FOLDER / f"{stamp.Tree().digest[:16]}.jsonl"
    rounds = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    print(f"seed {seed}, {len(rounds)} files of this tree have run before: {results.relative_to(ROOT)}", flush=True)
    draw = random.Random(seed)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        often = Counter(one["file"] for one in rounds)
        file = min(files, key=lambda name: (often[name], draw.random()))
        busy, order, began = draw.choice(list(LOADS)), draw.randrange(1 << 32), time.monotonic()
        tests = run(file, order, busy)
        rounds.append({"file": file, "seed": order, "load": busy, "tests": tests})
        with results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(rounds[-1]) + "\n")
        counts = ", ".join(f"{count} {ended}" for ended, count in sorted(Counter(tests.values()).items()))
        print(f"{file} ({busy}, order {order}): {counts}, {time.monotonic() - began:.0f} s", flush=True)
        if "failed" in tests.values():
            kept = FOLDER / f"{Path(file).stem}-{order}.log"
            (FOLDER / "last.log").replace(kept)
            print(f"  {kept.relative_to(ROOT)} says why", flush=True)
    return summary(rounds)


def summary(rounds: list[dict[str, Any]]) -> int:
    """Print what failed how often in this tree, and under which load; 1 when something did."""
    ran = Counter(test for one in rounds for test in one["tests"])
    failed = [(test, one) for one in rounds for test, ended in one["tests"].items() if ended == "failed"]
    for test, count in Counter(test for test, _ in failed).most_common():
        loads = sorted({one["load"] for name, one in failed if name == test})
        print(f"{test} failed {count} of {ran[test]} times ({'; '.join(loads)})")
    print(f"this tree: {len(rounds)} files, {sum(ran.values())} tests run, {len(failed)} failed")
    return 1 if failed else 0
