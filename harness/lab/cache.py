"""What is prepared once and kept outside the project: unpacked servers, Bugsink, wheels.

An entry is complete or absent: it is built in a scratch folder beside its place, under a lock, and then renamed.
`python -m harness.lab.cache WHY COMMAND...` runs a command as `run` does here: a failure is one line.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from harness import HarnessError

# What programs say, and what it means for a person: the first that is found.
CAUSES = {
    "the disk is full: free some GB, or move the cache to another disk with XDG_CACHE_HOME": (
        "No space left on device",
        "Disk quota exceeded",
        "have enough free space in",  # apt
        "Wrote only",  # tar
    ),
    "there is no network, and the first run downloads what later runs keep: connect, and run it again": (
        "Temporary failure resolving",
        "Temporary failure in name resolution",
        "Could not resolve",
        "Network is unreachable",
        "Could not connect",
        "Failed to establish a new connection",
        "EAI_AGAIN",
        "ENOTFOUND",
    ),
}
STORAGE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


def cache_dir() -> Path:
    """`$XDG_CACHE_HOME/tested-guide`, by default `~/.cache/tested-guide`; not necessarily existing yet.

    A run has a HOME of its own and is told by `$GUIDE_CACHE`. Raises HarnessError where this user has no home.
    """
    if told := os.environ.get("GUIDE_CACHE"):
        return Path(told)
    if told := os.environ.get("XDG_CACHE_HOME"):
        return Path(told).resolve() / "tested-guide"
    homes = [os.environ.get("HOME", "")]
    with contextlib.suppress(KeyError):
        homes.append(pwd.getpwuid(os.getuid()).pw_dir)
    for home in homes:
        if home and os.access(home, os.W_OK | os.X_OK):
            return Path(home).resolve() / ".cache" / "tested-guide"
    raise HarnessError("this user has no home folder that may be written: set XDG_CACHE_HOME to a folder for the cache")


def key(*parts: str) -> str:
    """Ten hexadecimal digits that change when any of `parts` does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def build_once(
    target: Path, what: str, build: Callable[[Path], None], timeout: float = 900, *, quiet: bool = False
) -> Path:
    """Return `target`, after `build(folder)` filled it if it did not exist.

    `what` names it for people; `quiet` says nothing, for what takes no time. Another run that is building
    the same thing is waited for, at most `timeout` seconds.
    Raises HarnessError on that timeout and when the cache cannot be written, or whatever `build` raises; nothing
    half-made stays.
    """
    try:
        return _build_once(target, what, build, timeout, quiet)
    except OSError as error:
        if error.errno not in STORAGE:
            raise
        reason = explain(str(error)) or f"point XDG_CACHE_HOME to a folder that you may write ({error.strerror})"
        raise HarnessError(f"preparing {what}: cannot write {error.filename or target.parent}: {reason}") from None


def _build_once(target: Path, what: str, build: Callable[[Path], None], timeout: float, quiet: bool) -> Path:
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
    """Run `command` and return its standard output. Raises HarnessError, one line, naming `why` and the cause or the
    command's last words."""
    words = [str(word) for word in command]
    short = " ".join(words[:4])
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**(os.environ if env is None else env), "LC_ALL": "C.UTF-8"},  # CAUSES are in English
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
        with contextlib.suppress(OSError):  # the disk may be full
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(f"$ {' '.join(words)}\n{done.stdout}\n{done.stderr}")
        if cause := explain(done.stdout + done.stderr):
            raise HarnessError(f"{why}: {cause} (`{short} ...` failed; all of it: {log})")
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()] or ["nothing"]
        errors = [line for line in said if line.lower().startswith(("e:", "error", "fatal"))]
        last = (errors or said)[-1]
        raise HarnessError(f"{why}: `{short} ...` failed with status {done.returncode}: {last} (all of it: {log})")
    return done.stdout


def explain(said: str) -> str:
    """What a program's words mean and what to do, if they tell of a full disk or a missing network; else ""."""
    return next((cause for cause, words in CAUSES.items() if any(word in said for word in words)), "")


def say(line: str) -> None:
    """One line of progress for the person who waits, on standard error."""
    print(f"harness: {line}", file=sys.stderr, flush=True)


@contextlib.contextmanager
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


def main(argv: Sequence[str]) -> int:
    """Command line, see the module docstring. Exit status 2 when the command failed."""
    why, *command = argv
    try:
        run(command, timeout=1800, why=why)
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
