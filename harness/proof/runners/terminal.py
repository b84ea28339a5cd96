"""Executes terminal and redis-cli sessions in a real pseudo-terminal and compares what the screen shows.

A `.console` file is what a person sees: `$ command`, then its output. Lines that start with `> ` right after a
command continue it. `^C` on a line of its own presses Ctrl-C there. A `.redis` file is the same with the prompt
of `redis-cli`. A line that holds nothing but `...` stands for any number of lines of output.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pexpect

from harness import ROOT
from harness.process import end_sessions
from harness.proof import evidence, recording
from harness.proof.runners import compare
from harness.proof.runners.pty import Pty
from harness.proof.runners.workspace import DEADLINE, Workspace

FOLDER = "~/shop"  # how the workspace's folder is shown
PROMPT = re.compile("\x1d(\\d+)\x1e")  # what the shell prints when a command has ended; the group is its status
_REDIS_PROMPT = re.compile(
    r"^(?:(?:127\.0\.0\.1|localhost):\d+(?:\[\d+\])?(?:\(TX\)|\(subscribed mode\))?|not connected)> ?", re.M
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Step:
    """One command of a session with the output the page shows for it."""

    command: str
    line: int  # 1-based, in the file
    output: list[str] = field(default_factory=list)
    prompt: str = "$ "

    @property
    def shown(self) -> str:
        return "\n".join(self.output)


def console_steps(text: str, where: str) -> list[Step]:
    """The steps of a `.console` file."""
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("$ "):
            steps.append(Step(line[2:], number))
        elif not steps:
            raise AssertionError(f"{where}:{number}: a session starts with `$ command`")
        elif line.startswith("> ") and not steps[-1].output:
            steps[-1].command += "\n" + line[2:]
        else:
            steps[-1].output.append(line)
    return steps


def redis_steps(text: str, where: str) -> list[Step]:
    """The steps of a `.redis` file."""
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        if prompt := _REDIS_PROMPT.match(line):
            steps.append(Step(line[prompt.end() :], number, prompt=prompt[0]))
        elif not steps:
            raise AssertionError(f"{where}:{number}: a session starts with `127.0.0.1:6379> COMMAND`")
        else:
            steps[-1].output.append(line)
    return steps


def copied_text(text: str) -> str:
    """What the copy button must put on the clipboard: the commands alone, one a line."""
    steps = console_steps(text, "") if text.startswith("$ ") else redis_steps(text, "")
    return "\n".join(step.command for step in steps)


class Terminal:
    """A session in a workspace's folder. Use `play`; `stop` ends a session whose last command keeps running."""

    def __init__(self, workspace: Workspace, relative: str, *, timeout: float = DEADLINE) -> None:
        self.relative = relative
        self.file = ROOT / "snippets" / relative
        self.timeout = timeout
        self._workspace = workspace
        self.folder = workspace.path
        data = self.file.read_bytes()
        self.digest = evidence.digest(data)
        text = data.decode("utf-8")
        self._text = text
        self._redis = self.file.suffix == ".redis"
        self.steps = (redis_steps if self._redis else console_steps)(text, f"snippets/{relative}")
        self._actual: dict[int, str] = {}  # line of a command -> what it printed
        self._recorder = recording.Recorder(self._clean) if compare.updating() and recording.wanted(self.file) else None
        self._printed = ""  # by a last command that keeps running, as the terminal showed it
        self._child: pexpect.spawn | None = None
        self._sessions: list[int] = []  # session ids: every process started here belongs to one, or left it on purpose
        self.running = False

    def _spawn(self) -> pexpect.spawn:
        env = {**self._workspace.env, "PS1": "\x1d$?\x1e", "PS2": "", "HISTFILE": "/dev/null", "PAGER": "cat"}
        argv = ["redis-cli"] if self._redis else ["bash", "--norc", "--noprofile", "--noediting"]
        child = Pty(
            argv[0],
            argv[1:],
            cwd=str(self._workspace.path),
            env=env,
            echo=False,
            encoding="utf-8",
            timeout=self.timeout,
            dimensions=(50, 160),
            codec_errors="replace",
        )
        child.delaybeforesend = None
        self._sessions.append(child.pid)
        if self._recorder:
            child.seen = self._recorder.shown
        child.expect(_REDIS_PROMPT if self._redis else PROMPT)
        return child

    def play(self, *, fails: Sequence[str] = (), keeps_running: bool = False) -> Terminal:
        """Run the session step by step and compare each output with the one shown.

        fails: the commands that must exit with a status other than 0, each once, the first time they occur; all
        others must exit with 0.
        keeps_running: the last command is a server or worker; it is awaited until all it is shown to print was
        printed, and goes on until `stop`.
        Raises AssertionError with a diff when an output or a status differs or a step exceeds the time limit.
        """
        self._child = self._spawn()
        failing = list(fails)
        for step in self.steps:
            last = step is self.steps[-1]
            if self._recorder:
                self._recorder.typed(time.monotonic(), step.prompt, step.command)
            self._child.sendline(step.command)
            if last and keeps_running:
                self._await_output(step)
                self.running = True
            else:
                fails_here = step.command in failing
                if fails_here:
                    failing.remove(step.command)
                self._finish(step, fails_here)
        assert not failing, f"{self.relative}: no step is {failing[0]!r}"
        if not self.running:
            self._close()
            self._write()
        return self

    def _clean(self, text: str) -> str:
        text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        return text.replace(str(self._workspace.path), FOLDER)

    def _where(self, step: Step) -> str:
        return f"snippets/{self.relative}:{step.line}"

    def _finish(self, step: Step, fails: bool) -> None:
        """Read until the next prompt, pressing Ctrl-C where the page shows `^C`."""
        assert self._child is not None
        before = ""
        if "^C" in step.output:
            at = step.output.index("^C")
            head = Step(step.command, step.line, step.output[:at])
            before = self._await_output(head).rstrip("\n")
            self._interrupt()
        try:
            self._child.expect(_REDIS_PROMPT if self._redis else PROMPT)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise AssertionError(
                f"{self._where(step)}: `{step.command}` did not end within {self.timeout:g} s"
                f" ({type(error).__name__})\n{self._clean(self._child.before or '')[-4000:]}"
            ) from None
        after = self._clean(self._child.before or "").strip("\n")
        if before or "^C" in step.output:
            after = before + "\n" + (after if after.startswith("^C") else ("^C\n" + after).rstrip("\n"))
        self._compare(step, after)
        if not self._redis:
            status = int(self._child.match[1])
            if fails != (status != 0):
                wanted = "a status other than 0" if fails else "status 0"
                raise AssertionError(
                    f"{self._where(step)}: `{step.command}` exited with {status}, expected {wanted}\n{after[-4000:]}"
                )

    def _await_output(self, step: Step) -> str:
        """Read from a command that keeps running until everything shown was printed."""
        assert self._child is not None
        deadline = time.monotonic() + self.timeout
        seen = ""
        while not compare.matches(step.shown, self._clean(seen), prefix=True):
            try:
                seen += self._child.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                deadline = 0
            if time.monotonic() > deadline or PROMPT.search(seen):
                seen = PROMPT.sub("", seen)
                if compare.updating():
                    break
                raise AssertionError(
                    f"{self._where(step)}: `{step.command}` did not print what the page shows\n"
                    + compare.difference(step.shown, self._clean(seen), self._where(step))
                )
        self._printed = seen
        self._actual[step.line] = self._clean(seen)
        return self._clean(seen)

    def _interrupt(self) -> None:
        """Press Ctrl-C as soon as a program, and not the shell or its unborn child, is in the foreground to hear it."""
        assert self._child is not None
        shell = os.readlink(f"/proc/{self._child.pid}/exe")
        deadline = time.monotonic() + 1  # a subshell stays what it is: press anyway
        while time.monotonic() < deadline:
            try:
                if os.readlink(f"/proc/{os.tcgetpgrp(self._child.child_fd)}/exe") != shell:
                    break
            except OSError:
                pass
            time.sleep(0.01)
        self._child.sendintr()

    def _compare(self, step: Step, actual: str) -> None:
        self._actual[step.line] = actual
        if compare.matches(step.shown, actual) or compare.updating():
            return
        raise AssertionError(
            f"{self._where(step)}: the output shown is not the output of this run; `make update` rewrites it\n"
            + compare.difference(step.shown, actual, self._where(step))
        )

    def _write(self) -> None:
        """With `make update`: put the outputs of this run where the shown ones differ."""
        if not compare.updating():
            return
        lines: list[str] = []
        for step in self.steps:
            actual = self._actual.get(step.line, "")
            keep = compare.matches(step.shown, actual, prefix=step is self.steps[-1] and self.running)
            commands = step.command.split("\n")
            lines += [step.prompt + commands[0], *("> " + more for more in commands[1:])]
            lines += (
                step.output
                if keep
                else [line.rstrip() for line in actual.strip("\n").split("\n") if actual.strip("\n")]
            )
        text = "\n".join(lines).rstrip("\n") + "\n"
        if text != self._text:
            self.file.write_text(text, encoding="utf-8")
        if self._recorder:
            self._recorder.save(self.file, text)

    @property
    def outputs(self) -> list[str]:
        """What each command has printed, in the order of the session."""
        return [self._actual.get(step.line, "") for step in self.steps]

    def output(self) -> str:
        """Everything a running last command has printed so far."""
        assert self._child is not None
        deadline = time.monotonic() + 1  # of a program that prints without a pause, all that it had printed before
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            while time.monotonic() < deadline:
                self._printed += self._child.read_nonblocking(timeout=0.05)
        self._actual[self.steps[-1].line] = self._clean(self._printed)
        return self._actual[self.steps[-1].line]

    def wait_for(self, pattern: str, timeout: float = DEADLINE) -> str:
        """Wait until the running last command has printed `pattern`; return its output so far."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, output := self.output(), re.M):
            assert self._child is not None
            assert not self._child.flag_eof, (
                f"{self.relative}: the terminal ended before {pattern!r} was printed\n{output[-4000:]}"
            )
            assert time.monotonic() < deadline, (
                f"{self.relative}: {pattern!r} not printed in {timeout:g} s\n{output[-4000:]}"
            )
        return output

    def stop(self, timeout: float = DEADLINE) -> str:
        """Press Ctrl-C, wait for the prompt, end the session; return all the last command printed."""
        assert self._child is not None
        if self.running:
            output = self.output()
            self._write()
            self.running = False
            self._interrupt()
            try:
                self._child.expect(PROMPT, timeout=timeout)
            except (pexpect.TIMEOUT, pexpect.EOF):
                raise AssertionError(
                    f"{self.relative}: still running {timeout:g} s after Ctrl-C\n{output[-4000:]}"
                ) from None
            finally:
                self._close()
            return output + self._clean(self._child.before or "")
        self._close()
        return ""

    def _close(self) -> None:
        if self._child is not None and not self._child.closed:
            self._child.close(force=True)

    def end(self) -> None:
        """End the session and every process that was started in it and did not make itself a daemon."""
        self._close()
        end_sessions(self._sessions)


def foreground_pid(terminal: Terminal) -> int:
    """The process id of the command that runs in the session (the shell's child), for drills."""
    assert terminal._child is not None
    children = Path(f"/proc/{terminal._child.pid}/task/{terminal._child.pid}/children")
    deadline = time.monotonic() + 1
    while not (found := children.read_text().split()):
        assert time.monotonic() < deadline, f"{terminal.relative}: nothing runs in the session"
        time.sleep(0.01)
    return int(found[0])
