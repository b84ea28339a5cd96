"""Run a command where only loopback exists, and where nothing it leaves behind can survive it.

`python -m harness.namespace -- CMD...` gives CMD a network namespace of its own: every standard port is free, a server
of the developer on the same port is out of reach, and so is the internet. It *execs* CMD (same pid, same standard
streams, nothing printed), because pytest-xdist drives the interpreter it starts this way over stdin and stdout.

`python -m harness.namespace --pid -- CMD...` adds a process namespace and private /tmp, /var/tmp and /dev/shm. This
process stays outside as supervisor; should it die, even by SIGKILL, the kernel kills everything inside and drops the
temporary files; and it dies with the process that started it. CMD runs under a small init that reaps orphans: killed
servers would stay zombies otherwise, and no test could tell "gone" from "still there".

The whole file system is read-only inside, the project included, except for its OUTPUT, the cache and the private
folders; with GUIDE_UPDATE=1 snippets/ may be written, too. So a program that a test runs can damage nothing that lasts.
What CMD wants to change in the project, it writes to `result(file)`, and this process puts RESULTS there. HOME is a new
folder in /tmp, and the user's name and settings stay outside.

Both ways begin with the signals, limits and modes of a fresh login, whatever they were started with (`settle`).

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
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
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

SYS_mount_setattr, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1

PRIVATE_DIRS = ("/tmp", "/var/tmp", "/dev/shm")
HOME = Path("/tmp/home")
OUTPUT = ".cache"  # of the project; all that a run may write there
RESULTS = ("verification.json", "retries.txt")  # files of the project that are written when a run has ended
RESULTS_VARIABLE = "GUIDE_RESULTS"  # environment variable: the folder where a run leaves them until then
KERNEL_DIRS = ("/proc", "/dev/pts", "/dev/mqueue")  # no files of anybody
FILES = 1024, 65536  # open files that a run needs at least, and what it gets where the limit allows it
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
    return [sys.executable, "-m", "harness.namespace", *(["--pid"] if pid else []), "--", *words]


def result(file: Path) -> Path:
    """Where to write `file`, which belongs to the project: to itself, or, in a run, to where it is taken from then."""
    folder = Path(os.environ.get(RESULTS_VARIABLE, ""))
    if folder.parent == ROOT / OUTPUT and file.is_relative_to(ROOT) and file.relative_to(ROOT).as_posix() in RESULTS:
        return folder / file.relative_to(ROOT)
    return file


def default_signals() -> None:
    """Give this process, which is about to become another program, the signals of a fresh login: nothing is ignored or
    blocked. Python ignores SIGPIPE; `nohup`, and a shell in the background, make their programs ignore more."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def settle() -> None:
    """Give this process, and so all that it starts, what a fresh login has: no signal is ignored or blocked, new files
    are readable, many files may be open, and no crash writes a core.

    Raises NamespaceError when too few files may be open.
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
        raise NamespaceError(f"only {hard} files may be open here, a run needs {least}: raise `ulimit -Hn`")
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard, hard))


def run_contained(command: Sequence[str]) -> int:
    """Run `command` in network, process and mount namespaces of its own; return its exit status (128 + n for signal n).

    Raises NamespaceError when the kernel refuses.
    """
    from harness.cache import cache_dir  # here, not above: the network-only path must start fast

    visible = [Path.cwd(), ROOT, Path(sys.prefix), Path(sys.base_prefix)]
    writable = [ROOT / OUTPUT, cache_dir()]
    for directory in writable:
        with contextlib.suppress(OSError):  # what cannot be made is not written either
            directory.mkdir(parents=True, exist_ok=True)
    if os.environ.get("GUIDE_UPDATE") == "1":
        writable.append(ROOT / "snippets")
    results = ROOT / OUTPUT / f"results-{os.getpid()}"
    environment = {**_environment(cache_dir()), RESULTS_VARIABLE: str(results)}
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


def _environment(cache: Path) -> dict[str, str]:
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
        _private_mounts([*visible, *writable])
        _read_only(writable)
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            _exec(command)
        status = _wait_for(child)
    except NamespaceError as error:
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
    HOME.mkdir(0o700, exist_ok=True)


def _read_only(but: Sequence[Path]) -> None:
    """Make every mount read-only, except for the directories `but` and those that belong to this run alone."""
    # What the machine has mounted read-only stays so.
    but = [path for path in but if path.is_dir() and not os.statvfs(path).f_flag & os.ST_RDONLY]
    for path in but:
        _mount(str(path), str(path), "", MS_BIND | MS_REC)
    _set_read_only(Path("/"), True)
    for path in (*but, *map(Path, PRIVATE_DIRS + KERNEL_DIRS)):
        if os.path.ismount(path) or path in but:
            _set_read_only(path, False)


def _set_read_only(path: Path, yes: bool) -> None:
    """Set this one attribute of `path` and of every mount below it, or clear that of `path` alone.

    mount(2) would reset all other attributes, of which a user may not clear some.
    """
    attributes = struct.pack("=QQQQ", *((MOUNT_ATTR_RDONLY, 0) if yes else (0, MOUNT_ATTR_RDONLY)), 0, 0)
    arguments = AT_RECURSIVE if yes else 0, attributes, ctypes.c_size_t(len(attributes))
    try:
        _call("syscall", SYS_mount_setattr, AT_FDCWD, os.fsencode(path), *arguments)
    except OSError as error:
        if error.errno == errno.ENOSYS:
            raise NamespaceError("a read-only root needs Linux 5.12 or newer: run it in a newer machine") from None
        raise


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


def _install_measuring() -> None:
    """What programs of readers are measured with lies beside the packages of this Python: not to be written inside."""
    from harness.runners import measure

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
    print(f"harness.namespace: {message}", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line, see the module docstring. Exit status: that of the command; 2 for a refusal or bad usage."""
    parser = argparse.ArgumentParser(prog="python -m harness.namespace", description="Run CMD with only loopback.")
    parser.add_argument("--pid", action="store_true", help="also private processes and temporary files")
    parser.add_argument("--survive", action="store_true", help="with --pid: go on when the starter of this ends")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD")
    options = parser.parse_args(argv)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command given: python -m harness.namespace [--pid] -- CMD...")
    if not sys.platform.startswith("linux"):
        _complain("namespaces need Linux: start servers yourself and set GUIDE_SERVICES=running")
        return 2
    try:
        settle()
        if options.pid:
            _install_measuring()
            if not options.survive:
                parent = os.getppid()
                _call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL))
                if os.getppid() != parent:
                    return 137
            return run_contained(command)
        enter()
    except NamespaceError as error:
        _complain(str(error))
        return 2
    _exec(command)
    return 127  # not reached: _exec never returns


if __name__ == "__main__":
    sys.exit(main())
