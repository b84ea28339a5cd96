"""What is prepared once and kept outside the project: unpacked servers, Bugsink, wheels.

An entry is complete or absent: it is built in a scratch folder beside its place, under a lock, and then renamed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness import HarnessError


def cache_dir() -> Path:
    """`$XDG_CACHE_HOME/tested-guide`, by default `~/.cache/tested-guide`; not necessarily existing yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tested-guide"


def key(*parts: str) -> str:
    """Ten hexadecimal digits that change when any of `parts` does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def build_once(
    target: Path, what: str, build: Callable[[Path], None], timeout: float = 900, *, quiet: bool = False
) -> Path:
    """Return `target`, after `build(folder)` filled it if it did not exist.

    `what` names it for people; `quiet` says nothing, for what takes no time. Another run that is building
    the same thing is waited for, at most `timeout` seconds.
    Raises HarnessError on that time-out, or whatever `build` raises; nothing half-made stays.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _lock(target.parent / f".{target.name}.lock", what, timeout):
        if target.exists():  # made while we waited
            return target
        for stale in target.parent.glob(f".{target.name}.*.partial"):
            shutil.rmtree(stale, ignore_errors=True)
        started = time.monotonic()
        if not quiet:
            say(f"preparing {what} (once; kept in {target.parent})")
        half = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
        try:
            build(half)
            half.chmod(0o755)
            half.rename(target)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        if not quiet:
            say(f"prepared {what} in {time.monotonic() - started:.0f} s")
    return target


def run(
    command: Sequence[str | Path],
    *,
    timeout: float = 600,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    why: str,
) -> str:
    """Run `command` and return its standard output. Raises HarnessError, one line, naming `why` and the last words."""
    words = [str(word) for word in command]
    short = " ".join(words[:4])
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=env,
            cwd=cwd,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise HarnessError(f"{why}: `{short} ...` did not end within {timeout:.0f} s") from None
    except OSError as error:
        raise HarnessError(f"{why}: cannot run {words[0]}: {error.strerror}") from None
    if done.returncode:
        log = cache_dir() / "last-failure.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"$ {' '.join(words)}\n{done.stdout}\n{done.stderr}")
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()] or ["nothing"]
        errors = [line for line in said if line.lower().startswith(("e:", "error", "fatal"))]
        last = (errors or said)[-1]
        raise HarnessError(f"{why}: `{short} ...` failed with status {done.returncode}: {last} (all of it: {log})")
    return done.stdout


def say(line: str) -> None:
    """One line of progress for the person who waits, on standard error."""
    print(f"harness: {line}", file=sys.stderr, flush=True)


@contextmanager
def _lock(path: Path, what: str, timeout: float) -> Iterator[None]:
    deadline = time.monotonic() + timeout
    with path.open("w") as handle:
        told = False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise HarnessError(f"{what}: another run held {path} for {timeout:.0f} s: end it") from None
                if not told:
                    say(f"waiting for another run that is preparing {what}")
                    told = True
                time.sleep(0.2)
        yield
