"""What a run sees of the file system: private folders for temporary files, and everything else read-only.

Called by the first process of a new mount namespace, see `namespace.py`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from harness import HarnessError
from harness.lab import login

# From <sys/mount.h>, <linux/mount.h> and <fcntl.h>.
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 0x1000, 0x4000, 1 << 18
SYS_mount_setattr, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1

PRIVATE_DIRS = ("/tmp", "/var/tmp", "/dev/shm")
KERNEL_DIRS = ("/proc", "/dev/pts", "/dev/mqueue")  # hold no files that last


def make_private(visible: Sequence[Path]) -> None:
    """Fresh /proc and PRIVATE_DIRS; those of `visible` that these would hide reappear at their old paths."""
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    here = os.getcwd()
    held = _hold(visible)
    for directory in PRIVATE_DIRS:
        if Path(directory).is_dir() and not Path(directory).is_symlink():
            mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    for path, descriptor in held.items():
        path.mkdir(parents=True, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", str(path), "", MS_BIND | MS_REC)
        os.close(descriptor)
    os.chdir(here)  # by name: the old directory may be the one that was covered
    login.HOME.mkdir(0o700, exist_ok=True)


def make_read_only(but: Sequence[Path]) -> None:
    """Make every mount read-only, except for the directories `but` and those that belong to this run alone."""
    # What the machine has mounted read-only stays so.
    but = [path for path in but if path.is_dir() and not os.statvfs(path).f_flag & os.ST_RDONLY]
    for path in but:
        mount(str(path), str(path), "", MS_BIND | MS_REC)
    _set(Path("/"), True)
    for path in (*but, *map(Path, PRIVATE_DIRS + KERNEL_DIRS)):
        if os.path.ismount(path) or path in but:
            _set(path, False)


def _set(path: Path, yes: bool) -> None:
    """Set this one attribute of `path` and of every mount below it, or clear that of `path` alone.

    mount(2) would reset all other attributes, of which a user may not clear some.
    """
    attributes = struct.pack("=QQQQ", *((MOUNT_ATTR_RDONLY, 0) if yes else (0, MOUNT_ATTR_RDONLY)), 0, 0)
    arguments = AT_RECURSIVE if yes else 0, attributes, ctypes.c_size_t(len(attributes))
    try:
        call("syscall", SYS_mount_setattr, AT_FDCWD, os.fsencode(path), *arguments)
    except OSError as error:
        if error.errno == errno.ENOSYS:
            raise HarnessError("a read-only root needs Linux 5.12 or newer: run it in a newer machine") from None
        raise


def _hold(paths: Sequence[Path]) -> dict[Path, int]:
    """Open descriptors of those existing `paths` that PRIVATE_DIRS will hide; outermost first.

    Taken inside the new mount namespace: the kernel refuses to bind a directory that was opened in another one.
    """
    existing = {path.resolve() for path in paths if os.path.isdir(path)}  # False, not an error, where access is denied
    hidden = {path for path in existing if any(Path(d) in path.parents for d in PRIVATE_DIRS)}
    return {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in sorted(hidden)}


def call(name: str, *args: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    paths = os.fsencode(source), os.fsencode(target)
    call("mount", *paths, kind.encode() or None, flags, data.encode() or None)
