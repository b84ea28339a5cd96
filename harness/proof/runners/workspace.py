"""A reader's folder: the files of a page copied into an empty directory, and the programs started there.

Everything a test starts here belongs to the test: it runs in a session of its own, writes to a log file of its
own, and is ended by id when the test ends. Python processes, forked ones included, report which lines they ran.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from harness import ROOT, measure
from harness.process import alive, descendants, end_sessions, wait_until
from harness.proof.evidence import Snippet

DEADLINE = 30.0  # seconds, wherever a caller names no other


class Process:
    """One running program of a workspace. `log` holds its standard output and error."""

    def __init__(self, argv: list[str], cwd: Path, env: dict[str, str], log: Path) -> None:
        self.argv, self.cwd = argv, cwd
        self.log = log
        with log.open("wb") as stream:
            self._popen = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """Exit status (negative: the signal that ended it), or None while it runs."""
        return self._popen.poll()

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str, timeout: float = DEADLINE, count: int = 1) -> str:
        """Wait until `pattern` (a regular expression) was printed `count` times; return the output so far.

        Raises AssertionError with the tail of the log when the program ends or `timeout` seconds pass before.
        """
        deadline = time.monotonic() + timeout
        while True:
            ended = self.returncode is not None  # asked before reading, so that the last words are seen
            output = self.output()
            if len(re.findall(pattern, output, re.M)) >= count:
                return output
            if ended or time.monotonic() > deadline:
                why = f"ended with {self.returncode}" if ended else f"{timeout:g} s passed"
                raise AssertionError(f"{' '.join(self.argv)}: {why} before {pattern!r} was printed\n{output[-4000:]}")
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout: float = DEADLINE) -> int:
        """Ask the program to end and return its exit status; raises AssertionError when it does not in time."""
        if self.returncode is None:
            self.send(number)
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"{' '.join(self.argv)}: still running {timeout:g} s after {number.name}\n{self.output()[-4000:]}"
            ) from None

    def kill(self) -> None:
        """SIGKILL the program and all its children, and wait until they are gone."""
        children = descendants(self.pid)
        os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait(DEADLINE)
        wait_until(lambda: not any(map(alive, children)), DEADLINE, f"the children of {self.argv[0]} to end")
        assert self.returncode == -signal.SIGKILL, (
            f"{self.argv[0]} ended by itself with {self.returncode}, not by the kill"
        )

    def wait(self, timeout: float = DEADLINE) -> int:
        """Wait until the program has ended; its exit status. Raises AssertionError when it has not in time."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{' '.join(self.argv)}: not ended after {timeout:g} s\n{self.output()[-4000:]}"
            ) from None


class Workspace:
    """The folder a reader would have made. `path` is that folder; `env` is what its programs inherit."""

    def __init__(self, path: Path, logs: Path, coverage: Path, env: dict[str, str] | None = None) -> None:
        self.path = path
        self.env = {**os.environ, "TERM": "dumb", "COLUMNS": "120", **(env or {})}
        # What a killed program leaves in its temporary folder goes with the workspace.
        self.env["TMPDIR"] = str(coverage)
        self.env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{self.env['PATH']}"
        # A reader's shell has none of these: what works only with them must not pass here.
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
            self.env.pop(name, None)
        self.copied: dict[str, str] = {}  # file name in the folder -> path below snippets/
        self.snippets: dict[str, Snippet] = {}  # path below snippets/ -> what was copied
        self._logs = logs
        self._coverage = coverage
        self.processes: list[Process] = []  # in the order in which they were started
        self.last: Process | None = None  # what `run` ran last
        for folder in (path, logs, coverage):
            folder.mkdir(parents=True, exist_ok=True)
        rc = coverage / "rc"
        rc.write_text(
            f"[run]\ndata_file = {coverage}/data\nparallel = true\ninclude = {path}/*\n"
            "patch = _exit\nconcurrency = thread\n",
            encoding="utf-8",
        )
        measure.install()
        self.env[measure.VARIABLE] = f"{path}/:{rc}"

    def copy(self, relative: str, name: str | None = None) -> Path:
        """Copy `relative` (a file or a folder below snippets/) into the workspace; return where it went."""
        origin = ROOT / "snippets" / relative
        files = sorted(origin.rglob("*")) if origin.is_dir() else [origin]
        for file in files:
            if not file.is_file() or "__pycache__" in file.parts:
                continue
            inside = file.relative_to(origin) if origin.is_dir() else Path(name or file.name)
            target = self.path / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            snippet = Snippet.read(file.relative_to(ROOT / "snippets").as_posix())
            target.write_bytes(snippet.data)
            self.copied[inside.as_posix()] = snippet.relative
            if self.snippets.setdefault(snippet.relative, snippet) != snippet:
                self.snippets[snippet.relative] = Snippet(snippet.relative, b"")  # of two texts neither is proven
        return self.path / (name or origin.name) if origin.is_file() else self.path

    def start(self, *argv: str, env: dict[str, str] | None = None) -> Process:
        """Start a program that keeps running; it is ended with the test at the latest."""
        log = self._logs / f"{len(self.processes)}-{Path(argv[0]).name}.log"
        # The test reads the log while the program runs.
        process = Process(list(argv), self.path, {**self.env, "PYTHONUNBUFFERED": "1", **(env or {})}, log)
        self.processes.append(process)
        return process

    def run(self, *argv: str, env: dict[str, str] | None = None, timeout: float = DEADLINE, status: int = 0) -> str:
        """Run a program to its end and return what it printed (output and error).

        Raises AssertionError when it exits with another status than `status` or not within `timeout` seconds.
        """
        process = self.start(*argv, env=env)
        self.last = process
        try:
            process.wait(timeout)
        except AssertionError:
            process.kill()
            raise
        assert process.returncode == status, (
            f"{' '.join(argv)}: exit status {process.returncode}, expected {status}\n{process.output()[-4000:]}"
        )
        return process.output()

    def logs(self) -> Iterator[tuple[str, str]]:
        """(command line, output) of every program started here, for failure reports."""
        for process in self.processes:
            yield " ".join(process.argv), process.output()

    def close(self) -> dict[str, set[int]]:
        """End everything; return the lines that ran: path below snippets/ -> raw 1-based line numbers."""
        end_sessions([process.pid for process in self.processes])
        for process in self.processes:
            process.wait()
        from coverage import CoverageData

        lines: dict[str, set[int]] = {}
        for file in sorted(self._coverage.glob("data.*")):
            data = CoverageData(str(file))
            try:
                data.read()
            except Exception:  # a process killed while it wrote leaves half a file: it proves nothing
                continue
            for measured in data.measured_files():
                try:
                    name = Path(measured).relative_to(self.path).as_posix()
                except ValueError:
                    continue
                origin = self.copied.get(name)
                # A file that the test changed is not the file that the page shows.
                if origin and Path(measured).read_bytes() == self.snippets[origin].data:
                    lines.setdefault(origin, set()).update(data.lines(measured) or ())
        return lines
