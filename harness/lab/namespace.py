"""Run a command where only loopback exists, and where nothing it leaves behind can survive it.

`python -m harness.lab.namespace -- CMD...` gives CMD a network namespace of its own: every standard port is free, a
server of the developer on the same port is out of reach, and so is the internet. It *execs* CMD (same pid, same
standard streams, nothing printed), because pytest-xdist drives the interpreter it starts this way over stdin and
stdout.

`python -m harness.lab.namespace --pid -- CMD...` adds a process namespace and private /tmp, /var/tmp and /dev/shm. This
process stays outside as supervisor; should it die, even by SIGKILL, the kernel kills everything inside and drops the
temporary files; and it dies with the process that started it. CMD runs under a small init that reaps orphans: killed
servers would stay zombies otherwise, and no test could tell "gone" from "still there".

The whole file system is read-only inside, the project included, except for its OUTPUT, the cache and the private
folders; with GUIDE_UPDATE=1 snippets/ may be written, too. So a program that a test runs can damage nothing that lasts.
What CMD wants to change in the project, it leaves as `results.py` says, and this process puts it there. HOME is a new
folder in /tmp, and the user's name and settings stay outside.

Both ways begin with the signals, limits and modes of a fresh login, whatever they were started with (`login.py`).

Works as root, and as any user where the kernel allows user namespaces (that user is then root inside, and only there).
The calls are made here rather than by unshare(1): that parent ignores SIGTERM, and each exec costs start-up time.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import os
import select
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import ROOT, HarnessError
from harness.lab import login, mounts
from harness.lab.mounts import call as _call
from harness.results import OUTPUT, RESULTS, VARIABLE

# From <linux/sched.h> and <linux/prctl.h>; os.unshare only exists from Python 3.12 on.
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
CAP_SYS_ADMIN = 21
SI_KERNEL = 0x80  # the terminal's Ctrl-C, as opposed to somebody's kill(2)

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


class NamespaceError(HarnessError):
    """The kernel refused a namespace; the message is one line and says what to do."""


def enter(*, pid: bool = False) -> None:
    """Move this process into a new network namespace, loopback up; `pid` adds one of processes for its children.

    A user namespace (caller mapped to root) comes first where this process may not create the others directly.
    Raises NamespaceError when the kernel refuses.
    """
    flags = CLONE_NEWNET | (CLONE_NEWPID if pid else 0)
    try:
        if not _may_administer():
            uid, gid = os.geteuid(), os.getegid()
            _call("unshare", CLONE_NEWUSER | flags)
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
            Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
        else:
            _call("unshare", flags)
        _loopback_up()
    except OSError as error:
        raise NamespaceError(_refusal(error)) from error


def command(words: Sequence[str], *, pid: bool) -> list[str]:
    """The command line that runs `words` through this module; see there for `pid`."""
    return [sys.executable, "-m", "harness.lab.namespace", *(["--pid"] if pid else []), "--", *words]


def run_contained(command: Sequence[str]) -> int:
    """Run `command` in network, process and mount namespaces of its own; return its exit status (128 + n for signal n).

    Raises NamespaceError when the kernel refuses.
    """
    from harness.lab.cache import cache_dir  # here, not above: the network-only path must start fast

    visible = [Path.cwd(), ROOT, Path(sys.prefix), Path(sys.base_prefix)]
    writable = [ROOT / OUTPUT, cache_dir()]
    for directory in writable:
        with contextlib.suppress(OSError):  # what cannot be made is not written either
            directory.mkdir(parents=True, exist_ok=True)
    if os.environ.get("GUIDE_UPDATE") == "1":
        writable.append(ROOT / "snippets")
    results = ROOT / OUTPUT / f"results-{os.getpid()}"
    environment = {**login.environment(cache_dir()), VARIABLE: str(results)}
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, *FORWARDED})
    try:
        enter(pid=True)
        alive_r, alive_w = os.pipe()
        init = os.fork()
        if init == 0:  # pid 1 of the new namespace: when it ends, the kernel ends everything else in there
            os.close(alive_w)
            os.environ.clear()
            os.environ.update(environment)
            _init(command, visible, writable, alive_r, old_mask)
        os.close(alive_r)
        status = _wait_for(init)
        for name in RESULTS:
            if (results / name).is_file() and not (results / name).is_symlink():
                (results / name).replace(ROOT / name)
        return status
    finally:
        shutil.rmtree(results, ignore_errors=True)
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)


def _init(
    command: Sequence[str], visible: Sequence[Path], writable: Sequence[Path], alive: int, mask: set[int]
) -> None:
    """Be pid 1: private mounts, one child running `command`, reap whatever ends, and leave with the child's status."""
    status = 127
    try:
        _call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if select.select([alive], [], [], 0)[0]:  # the supervisor died before prctl took effect: end of file
            os._exit(137)
        _call("unshare", CLONE_NEWNS)  # here: the supervisor has to write RESULTS
        mounts.make_private([*visible, *writable])
        mounts.make_read_only(writable)
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            _exec(command)
        status = _wait_for(child)
    except HarnessError as error:
        _complain(str(error))
    except OSError as error:
        _complain(_refusal(error))
    finally:
        os._exit(status)


def _wait_for(child: int) -> int:
    """Reap children until `child` ends; pass signals on meanwhile. FORWARDED and SIGCHLD must be blocked."""
    while True:
        info = signal.sigwaitinfo({signal.SIGCHLD, *FORWARDED})
        if info.si_signo != signal.SIGCHLD:
            # A terminal signals the whole foreground group, so `child` has it already; a second SIGINT would
            # cut pytest's teardown short.
            if info.si_code != SI_KERNEL:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, info.si_signo)
            continue
        while True:  # one SIGCHLD may stand for several children
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if ended == 0:
                break
            if ended == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", request)[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def _may_administer() -> bool:
    """True when this process holds CAP_SYS_ADMIN (being uid 0 does not tell: containers drop it)."""
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> CAP_SYS_ADMIN & 1)


def _refusal(error: OSError) -> str:
    """One line for people: what the kernel refused and which switch allows it."""
    remedy = "run as root; in a container, start it with --privileged"
    for switch, forbids, allows in (
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel/unprivileged_userns_clone", "0", "1"),
        ("user/max_user_namespaces", "0", "10000"),
    ):
        with contextlib.suppress(OSError):
            if Path("/proc/sys", switch).read_text().strip() == forbids:
                remedy = f"run as root, or `sudo sysctl -w {switch.replace('/', '.')}={allows}`"
    what = f"{error.strerror} in {error.filename}" if error.filename else error.strerror
    return (
        f"the kernel refused a private namespace ({what}): {remedy}; "
        "or start servers yourself and set GUIDE_SERVICES=running"
    )


def _install_measuring() -> None:
    """What programs of readers are measured with lies beside the packages of this Python: not to be written inside."""
    from harness import measure

    try:
        measure.install()
    except OSError as error:
        raise NamespaceError(f"cannot write {error.filename}: {error.strerror}; make this environment anew") from None


def _exec(command: Sequence[str]) -> None:
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], list(command))
    except OSError as error:
        _complain(f"cannot run {command[0]}: {error.strerror}")
        os._exit(126 if error.errno == errno.EACCES else 127)


def _complain(message: str) -> None:
    print(f"harness.lab.namespace: {message}", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line, see the module docstring. Exit status: that of the command; 2 for a refusal or bad usage."""
    parser = argparse.ArgumentParser(prog="python -m harness.lab.namespace", description="Run CMD with only loopback.")
    parser.add_argument("--pid", action="store_true", help="also private processes and temporary files")
    parser.add_argument("--survive", action="store_true", help="with --pid: go on when the starter of this ends")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD")
    options = parser.parse_args(argv)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command given: python -m harness.lab.namespace [--pid] -- CMD...")
    if not sys.platform.startswith("linux"):
        _complain("namespaces need Linux: start servers yourself and set GUIDE_SERVICES=running")
        return 2
    try:
        login.settle()
        if options.pid:
            _install_measuring()
            if not options.survive:
                parent = os.getppid()
                _call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL))
                if os.getppid() != parent:
                    return 137
            return run_contained(command)
        enter()
    except HarnessError as error:
        _complain(str(error))
        return 2
    _exec(command)
    return 127  # not reached: _exec never returns


if __name__ == "__main__":
    sys.exit(main())
