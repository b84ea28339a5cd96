"""Crash exploration: run a program again and again, each time with one fault at one point, and check what is left.

A *scenario* says how the world is prepared, which program runs, how the promised recovery goes, and what must hold
afterwards. `explore` finds the points by itself: each line of the program's file at its first and its last hit, and
each command that it sends. Every point asserts that its fault happened; a point that was not reached is an error.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness import HarnessError, measure
from harness.lab.explore.program import DEADLINE, Process, Workspace
from harness.lab.explore.wire import CommandProxy, Plan
from harness.process import state, wait_until
from harness.source import code_digest

TRACER = Path(__file__).with_name("tracer.py")
IN_PROCESS = ("kill", "freeze")  # at a line
ON_THE_WIRE = ("lost answer", "cut", "refusal")  # at a command
FAULTS = IN_PROCESS + ON_THE_WIRE


@dataclass(frozen=True)
class Point:
    """One place for one fault. `place`: a line of the file, or the number of a command; `hit`: which time."""

    fault: str
    place: int
    hit: int = 1
    what: str = ""  # the source line, or the command's name

    def __str__(self) -> str:
        if self.fault in IN_PROCESS:
            return f"{self.fault} before line {self.place}, hit {self.hit}: {self.what}"
        return f"{self.fault}, command {self.place}: {self.what}"


@dataclass
class Scenario:
    """What is explored, and what is promised.

    workspace, argv: the reader's folder and the command line in it, without the interpreter ("worker.py", "a", "0");
    file: the file whose lines are points. prepare() makes the world as it is before each point; recover() is what the
    page promises to happen after the fault (another worker takes over, or the same program starts again);
    violations() returns one line for each broken promise; notes() returns what else is worth counting ("repeated and
    recognized"). finish(process) ends a program that a fault did not end; by
    default it is awaited. proxy: where the program's commands pass, for faults on the wire. refuse: makes the server
    refuse everything while its context lasts. kills: so many programs in a row are killed at the same point, as by a
    message that ends each worker that takes it. polls: the program waits in a loop, so how often it comes to a line or
    sends a command differs from run to run: only the first hit of a line and the first command of a name are points.
    """

    workspace: Workspace
    argv: Sequence[str]
    file: str
    prepare: Callable[[], None]
    recover: Callable[[], None]
    violations: Callable[[], list[str]]
    finish: Callable[[Process], None] = field(default_factory=lambda: _await_end)
    proxy: CommandProxy | None = None
    refuse: Callable[[], contextlib.AbstractContextManager[None]] | None = None
    notes: Callable[[], Iterable[str]] = tuple
    kills: int = 1
    polls: bool = False
    timeout: float = DEADLINE

    def source(self) -> str:
        return (self.workspace.path / self.file).read_text(encoding="utf-8")


@dataclass
class Report:
    """What exploring one scenario showed. `code`: see `code_digest`; `broken`: points whose promise did not hold;
    `noted`: at how many points each note was made; `lines`: the lines of the file that were points."""

    code: str
    lines: set[int] = field(default_factory=set)
    explored: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    broken: dict[Point, list[str]] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        """Add what another scenario of the same program showed."""
        self.lines |= other.lines
        self.explored += other.explored
        self.noted += other.noted
        self.broken |= other.broken

    def __str__(self) -> str:
        done = ", ".join(f"{fault}: {count}" for fault, count in sorted(self.explored.items()))
        lines = [f"  {point}\n    {'; '.join(said)}" for point, said in self.broken.items()]
        return "\n".join([f"explored {done}; broken promises at {len(self.broken)} points", *lines])


def explore(
    scenario: Scenario,
    faults: Iterable[str] = FAULTS,
    *,
    sample: int | None = None,
    seed: int = 0,
    only: Callable[[Point], bool] | None = None,
    budget: float = math.inf,
    deadline: float = math.inf,
) -> Report:
    """Make each fault at each point and collect the broken promises.

    `sample`: explore at most so many points of each fault, chosen by `seed`; `only`: explore those points alone;
    `budget`: begin no further point after so many seconds; `deadline`: seconds for everything. Raises HarnessError when
    the program does not run through without a fault, breaks its promise without one, does not reach a point, has none,
    or is not explored within `deadline`.
    """
    began = time.monotonic()
    wanted = list(faults)
    if unknown := set(wanted) - set(FAULTS):
        raise HarnessError(f"unknown faults {sorted(unknown)}: choose of {', '.join(FAULTS)}")
    points = _points(scenario, wanted)
    report = Report(code_digest(scenario.source()))
    for fault in wanted:
        of_fault = [point for point in points if point.fault == fault and (only is None or only(point))]
        if not of_fault and only is None:
            raise HarnessError(f"{scenario.file} has no point for the fault {fault!r}")
        if sample is not None and len(of_fault) > sample:
            of_fault = random.Random(f"{seed} {fault}").sample(of_fault, sample)
        for point in of_fault:
            if report.explored and time.monotonic() - began > budget:
                return report
            if time.monotonic() - began > deadline:
                raise HarnessError(f"{scenario.file} was not explored within {deadline:g} s; next: {point}")
            said = _try(scenario, point)
            report.explored[fault] += 1
            if fault in IN_PROCESS:
                report.lines.add(point.place)
            report.noted.update(set(scenario.notes()))
            if said:
                report.broken[point] = said
    return report


def _points(scenario: Scenario, faults: Sequence[str]) -> list[Point]:
    """Run once without a fault, and read from that run where faults can happen."""
    scenario.prepare()
    plan = scenario.proxy.arm(Plan("record")) if scenario.proxy else None
    record, process = _start(scenario, "record")
    scenario.finish(process)
    _end(process)
    commands = list(plan.commands) if plan else []
    scenario.recover()
    if said := scenario.violations():
        raise HarnessError(f"{scenario.file} breaks its promise without any fault: {'; '.join(said)}")
    hits = Counter(map(int, record.read_text().split()))
    if not hits:
        raise HarnessError(f"no line of {scenario.file} was executed: is it the file that the program runs?")
    source = scenario.source().splitlines()
    found = [
        Point(fault, line, hit, source[line - 1].strip())
        for fault in faults
        if fault in IN_PROCESS
        for line, count in sorted(hits.items())
        for hit in sorted({1} if scenario.polls else {1, count})
    ]
    if set(faults) & set(ON_THE_WIRE) and not commands:
        raise HarnessError("no command passed the proxy: give the scenario one in front of the server")
    return found + [
        Point(fault, number, 1, name)
        for fault in faults
        if fault in ON_THE_WIRE
        for number, name in enumerate(commands, 1)
        if not scenario.polls or name not in commands[: number - 1]
    ]


def _try(scenario: Scenario, point: Point) -> list[str]:
    """Make one fault, let the recovery take place, and return the broken promises."""
    scenario.prepare()
    if point.fault in IN_PROCESS:
        if scenario.proxy:
            scenario.proxy.arm(Plan("record"))
        if point.fault == "kill":
            for _ in range(scenario.kills):
                _kill(scenario, point)
            scenario.recover()
            return scenario.violations()
        _, process = _start(scenario, point.fault, point)
        try:
            wait_until(lambda: state(process.pid) in ("T", "Z", ""), scenario.timeout, f"{point} to happen")
            if state(process.pid) != "T":
                raise _missed(point, process)
            scenario.recover()
            process.send(signal.SIGCONT)
            scenario.finish(process)
        finally:
            _end(process)
        return scenario.violations()
    assert scenario.proxy is not None
    plan = scenario.proxy.arm(Plan(point.fault, point.place, scenario.refuse))
    _, process = _start(scenario, "record")
    try:
        wait_until(
            lambda: plan.happened.is_set() or process.returncode is not None, scenario.timeout, f"{point} to happen"
        )
        if not plan.happened.wait(1):
            raise _missed(point, process)
        scenario.finish(process)
    finally:
        _end(process)
    scenario.recover()
    return scenario.violations()


def _kill(scenario: Scenario, point: Point) -> None:
    _, process = _start(scenario, point.fault, point)
    try:
        _await_end(process, scenario.timeout)
        if process.returncode != -signal.SIGKILL:
            raise _missed(point, process)
    finally:
        _end(process)


def _start(scenario: Scenario, fault: str, point: Point | None = None) -> tuple[Path, Process]:
    record = Path(scenario.workspace.env["TMPDIR"]) / "lines"
    record.write_text("")
    plan = {
        "file": str(scenario.workspace.path / scenario.file),
        "fault": fault,
        "line": point.place if point else 0,
        "hit": point.hit if point else 0,
        "record": str(record),
    }
    words = ("python", str(TRACER), json.dumps(plan), *scenario.argv)
    return record, scenario.workspace.start(*words, env={measure.VARIABLE: ""})  # only one can trace


def _missed(point: Point, process: Process) -> HarnessError:
    return HarnessError(
        f"not reached: {point}; the program ended with {process.returncode}\n{process.output()[-4000:]}"
    )


def _await_end(process: Process, timeout: float = DEADLINE) -> None:
    words = " ".join(process.argv[3:])
    wait_until(lambda: process.returncode is not None, timeout, f"`{words}` to end")


def _end(process: Process) -> None:
    """End the program and everything in its session, frozen or not."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _await_end(process)
