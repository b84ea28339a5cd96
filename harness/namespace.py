"""Run a command where only loopback exists, and where nothing it leaves behind can survive it.

`python -m harness.namespace -- CMD...` gives CMD a network namespace of its own: every standard port is free, a server
of the developer on the same port is out of reach, and so is the internet. It *execs* CMD (same pid, same standard
streams, nothing printed), because pytest-xdist drives the interpreter it starts this way over stdin and stdout.

`python -m harness.namespace --pid -- CMD...` adds a process namespace and private /tmp, /var/tmp and /dev/shm. This
process stays outside as supervisor; should it die, even by SIGKILL, the kernel kills everything inside and drops the
temporary files; and it dies with the process that started it. CMD runs under a small init that reaps orphans: killed
servers would stay zombies otherwise, and no test could tell "gone" from "still there".

Works as root, and as any user where the kernel allows user namespaces (that user is then root inside, and only there).
The calls are made here rather than by unshare(1): that parent ignores SIGTERM, and each exec costs start-up time.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import ROOT, HarnessError

# From <linux/sched.h>, <sys/mount.h> and <linux/prctl.h>; os.unshare only exists from Python 3.12 on.
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 0x1000, 0x4000, 1 << 18
PR_SET_PDEATHSIG = 1
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
CAP_SYS_ADMIN = 21
SI_KERNEL = 0x80  # the terminal's Ctrl-C, as opposed to somebody's kill(2)

PRIVATE_DIRS = ("/tmp", "/var/tmp", "/dev/shm")
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


class NamespaceError(HarnessError):
    """The kernel refused a namespace; the message is one line and says what to do."""


def enter(*, pid: bool = False) -> None:
    """Move this process into a new network namespace, loopback up; `pid` adds mounts, and processes for its children.

    A user namespace (caller mapped to root) comes first where this process may not create the others directly.
    Raises NamespaceError when the kernel refuses.
    """
    flags = CLONE_NEWNET | (CLONE_NEWPID | CLONE_NEWNS if pid else 0)
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
    return [sys.executable, "-m", "harness.namespace", *(["--pid"] if pid else []), "--", *words]


def run_contained(command: Sequence[str], keep: Sequence[Path] = ()) -> int:
    """Run `command` in network, process and mount namespaces of its own; return its exit status (128 + n for signal n).

    `keep`: directories that stay visible even when they lie under a directory that becomes private (/tmp, ...).
    Raises NamespaceError when the kernel refuses.
    """
    visible = [*keep, *_own_directories()]
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, *FORWARDED})
    try:
        enter(pid=True)
        alive_r, alive_w = os.pipe()
        init = os.fork()
        if init == 0:  # pid 1 of the new namespace: when it ends, the kernel ends everything else in there
            os.close(alive_w)
            _init(command, visible, alive_r, old_mask)
        os.close(alive_r)
        return _wait_for(init)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)


def _init(command: Sequence[str], visible: Sequence[Path], alive: int, mask: set[int]) -> None:
    """Be pid 1: private mounts, one child running `command`, reap whatever ends, and leave with the child's status."""
    status = 127
    try:
        _call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if select.select([alive], [], [], 0)[0]:  # the supervisor died before prctl took effect: end of file
            os._exit(137)
        _private_mounts(visible)
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            _exec(command)
        status = _wait_for(child)
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


def _private_mounts(visible: Sequence[Path]) -> None:
    """Fresh /proc and PRIVATE_DIRS; those of `visible` that these would hide reappear at their old paths."""
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    here = os.getcwd()
    held = _hold(visible)
    for directory in PRIVATE_DIRS:
        if Path(directory).is_dir() and not Path(directory).is_symlink():
            _mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    for path, descriptor in held.items():
        path.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", str(path), "", MS_BIND | MS_REC)
        os.close(descriptor)
    os.chdir(here)  # by name: the old directory may be the one that was covered
    os.environ["TMPDIR"] = "/tmp"


def _own_directories() -> list[Path]:
    """Directories the command cannot do without: where it starts, this package, this interpreter, the cache."""
    from harness.cache import cache_dir  # here, not above: the network-only path must start fast

    return [Path.cwd(), ROOT, Path(sys.prefix), Path(sys.base_prefix), cache_dir()]


def _hold(paths: Sequence[Path]) -> dict[Path, int]:
    """Open descriptors of those existing `paths` that PRIVATE_DIRS will hide; outermost first.

    Taken inside the new mount namespace: the kernel refuses to bind a directory that was opened in another one.
    """
    existing = {path.resolve() for path in paths if os.path.isdir(path)}  # False, not an error, where access is denied
    hidden = {path for path in existing if any(Path(d) in path.parents for d in PRIVATE_DIRS)}
    return {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in sorted(hidden)}


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


def _call(name: str, *args: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode() or None, flags, data.encode() or None)


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


def _exec(command: Sequence[str]) -> None:
    try:
        os.execvp(command[0], list(command))
    except OSError as error:
        _complain(f"cannot run {command[0]}: {error.strerror}")
        os._exit(126 if error.errno == errno.EACCES else 127)


def _complain(message: str) -> None:
    print(f"harness.namespace: {message}", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line, see the module docstring. Exit status: that of the command; 2 for a refusal or bad usage."""
    parser = argparse.ArgumentParser(prog="python -m harness.namespace", description="Run CMD with only loopback.")
    parser.add_argument("--pid", action="store_true", help="also private processes and temporary files")
    parser.add_argument("--survive", action="store_true", help="with --pid: go on when the starter of this ends")
    parser.add_argument("--keep", action="append", type=Path, default=[], help="directory under /tmp to keep visible")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD")
    options = parser.parse_args(argv)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command given: python -m harness.namespace [--pid] -- CMD...")
    if not sys.platform.startswith("linux"):
        _complain("namespaces need Linux: start servers yourself and set GUIDE_SERVICES=running")
        return 2
    try:
        if options.pid:
            if not options.survive:
                parent = os.getppid()
                _call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL))
                if os.getppid() != parent:
                    return 137
            return run_contained(command, options.keep)
        enter()
    except NamespaceError as error:
        _complain(str(error))
        return 2
    _exec(command)
    return 127  # not reached: _exec never returns


if __name__ == "__main__":
    sys.exit(main())
