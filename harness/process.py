"""Processes of this machine, by their ids: what all packages of the harness need to know and do about them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection
from pathlib import Path

from harness import HarnessError


class WaitError(HarnessError):
    """Something did not happen in time; the message says what."""


def default_signals() -> None:
    """Give this process, which is about to become another program, the signals of a fresh login: nothing is ignored or
    blocked. Python ignores SIGPIPE; `nohup`, and a shell in the background, make their programs ignore more."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def wait_until(condition: Callable[[], object], timeout: float, what: str, interval: float = 0.02) -> None:
    """Return as soon as `condition()` is true. Raises WaitError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise WaitError(f"waited {timeout:g} s for {what}, in vain")
        time.sleep(interval)


def alive(pid: int) -> bool:
    """True while a process `pid` exists and is no zombie; while only its first thread is one, it lives."""
    now = state(pid)
    if now == "Z":
        try:
            return len(os.listdir(f"/proc/{pid}/task")) > 1
        except OSError:
            return False
    return now not in ("", "X")


def state(pid: int) -> str:
    """The kernel's letter for what a process does: R, S, D, T (frozen), Z (zombie), ...; "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    """Pids of all living children of `pid`, their children and so on."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        children = parents.get(ahead.pop(), [])
        found += children
        ahead += children
    return found


def end_sessions(leaders: Collection[int]) -> None:
    """SIGKILL every process of the sessions that these processes began, and wait until they are gone.

    A closed terminal is not enough: programs that ignore SIGHUP outlive it.
    """

    def members() -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if os.getsid(int(entry.name)) in leaders and alive(int(entry.name)):
                        found.append(int(entry.name))
        return found

    def gone() -> bool:
        left = members()
        for pid in left:  # again and again: one of them may just have started another
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left

    wait_until(gone, 10, "the processes of a session to end")
