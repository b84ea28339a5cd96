"""What a run has of its caller, who may be at a desk, in the background, in a cron job or in CI: always the same."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
from pathlib import Path

from harness import ROOT, HarnessError
from harness.process import default_signals

HOME = Path("/tmp/home")
FILES = 1024, 65536  # open files that a run needs at least, and what it gets where the limit allows it


def settle() -> None:
    """Give this process, and so all that it starts, what a fresh login has: no signal is ignored or blocked, new files
    are readable, many files may be open, and no crash writes a core.

    Raises HarnessError when too few files may be open.
    """
    default_signals()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # Python's own way, which raises KeyboardInterrupt
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)  # Python's way as well; a subprocess does not inherit these two
    os.umask(0o022)
    least, wanted = FILES
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))  # root may
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < least:
        raise HarnessError(f"only {hard} files may be open here, a run needs {least}: raise `ulimit -Hn`")
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard, hard))


def environment(cache: Path) -> dict[str, str]:
    """The variables of a run: nothing of the user's name and folders, but what git makes of this tree is the same."""
    # Which files are ignored, and whether a project of another user is trusted, as one mounted into a container may be.
    asked = subprocess.run(
        ["git", "config", "--path", "--get", "core.excludesFile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    settings = {"safe.directory": str(ROOT), "core.excludesFile": asked.stdout.strip() or f"{folder}/git/ignore"}
    dropped = ("USER", "LOGNAME", "SHELL", "MAIL", "OLDPWD")
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith(("XDG_", "GIT_"))}
    kept |= {"HOME": str(HOME), "TMPDIR": "/tmp", "TZ": "UTC", "GUIDE_CACHE": str(cache), "GIT_OPTIONAL_LOCKS": "0"}
    kept["GIT_CONFIG_COUNT"] = str(len(settings))
    for number, (name, value) in enumerate(settings.items()):
        kept |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return kept
