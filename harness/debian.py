"""Servers from Debian packages of any release, unpacked into a folder: no installation, no root, no container engine.

apt resolves and downloads (with lists of its own, checked by Debian's keyring, from the mirror that this host uses);
the packages are unpacked, never configured. Only `usr` is kept: a shim mounts it over /usr in a mount namespace of its
own and *execs* the program. So the program sees the caller's /tmp, home and current directory, its pid is the pid that
was started, a terminal's Ctrl-C reaches it directly, and a signal hits the server and no wrapper. (bubblewrap would
stay in between as a parent that dies on SIGTERM and leaves its child running.)
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import HarnessError
from harness.cache import build_once, cache_dir, key, run, say

# The servers, and what their start scripts call that packages may take for granted.
PACKAGES = (
    "redis-server", "redis-tools", "rabbitmq-server", "python3-minimal",
    "dash", "coreutils", "sed", "grep", "mawk", "libc-bin", "hostname", "procps",
)  # fmt: skip
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNUSED = ("./usr/share/doc", "./usr/share/man", "./usr/share/locale", "./usr/share/info", "./usr/include")
# The last part of a version is Debian's own and changes with repairs; the program does not.
COMPOSE_SUITE, COMPOSE_PACKAGE = "trixie", "docker-compose=2.26.1*"

REDIS_TOOLS = (
    "redis-server",
    "redis-cli",
    "redis-benchmark",
    "redis-check-aof",
    "redis-check-rdb",
    "redis-sentinel",
)
# The scripts behind Debian's wrappers: a wrapper insists on switching to a user that an unpacked folder has not.
RABBIT_TOOLS = {
    name: f"/usr/lib/rabbitmq/bin/{name}"
    for name in (
        "rabbitmq-server", "rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins",
        "rabbitmq-queues", "rabbitmq-streams", "rabbitmq-upgrade",
    )
} | {name: name for name in ("rabbitmqadmin", "epmd", "erl_call")}  # fmt: skip


def is_debian() -> bool:
    """True on Debian itself (not on a derivative: its mirrors lack the releases that lanes need)."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return False
    return "ID=debian" in lines and all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb", "tar"))


def unpacked(suite: str) -> Path:
    """The folder that holds `usr` of `suite`, made and cached if it was not there. Raises HarnessError."""
    return build_once(
        cache_dir() / "roots" / f"{suite}-{key(suite, platform.machine(), *PACKAGES, *UNUSED)}",
        f"Redis and RabbitMQ of Debian {suite}",
        lambda folder: _unpack(suite, folder),
    )


def compose() -> Path:
    """Docker's Compose plugin, which runs alone, too: it reads and checks Compose files without an engine."""
    name = f"compose-{key(COMPOSE_SUITE, COMPOSE_PACKAGE, platform.machine())}"
    return build_once(cache_dir() / name, "Docker Compose, for checking files", _unpack_compose) / "docker-compose"


def shims(root: Path) -> Path:
    """A folder for the front of PATH: one small script for each server and tool, running the one in `root`."""
    scripts = {name: _shim(root, name, path) for name, path in RABBIT_TOOLS.items()}
    scripts |= {name: _shim(root, name, name) for name in REDIS_TOOLS}
    return command_folder(root.name, scripts)


def command_folder(name: str, scripts: Mapping[str, str]) -> Path:
    """A cached folder of executable `scripts` (command name to text)."""

    def write(folder: Path) -> None:
        for command, text in scripts.items():
            (folder / command).write_text(text)
            (folder / command).chmod(0o755)

    target = cache_dir() / "bin" / f"{name}-{key(*scripts, *scripts.values())}"
    return build_once(target, f"the commands of {name}", write, quiet=True)


def install(packages: Sequence[str], why: str) -> None:
    """Install host packages by apt-get, after one line that says so. Raises HarnessError with the command to type."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        prefix = ["sudo", "-n"]
    else:
        raise HarnessError(f"{why}, and this user may not install it: `sudo {' '.join(command)}`")
    say(f"installing {', '.join(packages)} with apt-get ({why})")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        run([*prefix, "apt-get", "update"], env=env, why=why)
    run([*prefix, *command], env=env, why=why)


def _unpack_compose(folder: Path) -> None:
    why = "Docker Compose, which checks the Compose files that pages show"
    apt = _apt(COMPOSE_SUITE, folder / "apt", why)
    run([*apt, "download", COMPOSE_PACKAGE], cwd=folder, why=why)
    (deb,) = folder.glob("*.deb")
    (folder / "unpacked").mkdir()
    _extract(deb, folder / "unpacked")
    (plugin,) = (folder / "unpacked").rglob("cli-plugins/docker-compose")
    plugin.rename(folder / "docker-compose")
    deb.unlink()
    for rest in ("apt", "unpacked"):
        shutil.rmtree(folder / rest)


def _apt(suite: str, work: Path, why: str) -> list[str | Path]:
    """An apt-get that knows `suite` only and keeps all it has in `work`; its lists are up to date."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb [signed-by={KEYRING}] {_mirror()} {suite} main\n")
    (work / "apt.conf").write_text(
        "".join(f"#clear {hook};\n" for hook in ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success"))
        + f'Dir::State "{work}/state";\nDir::State::status "{work}/status";\nDir::Cache "{work}/cache";\n'
        + f'Dir::Etc::sourcelist "{work}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        + 'Dir::Etc::preferences "/dev/null";\nDir::Etc::preferencesparts "/dev/null";\n'
        + 'APT::Sandbox::User "";\nAPT::Install-Recommends "false";\nAcquire::Languages "none";\n'
        # Testing's Release file may be past its date on a mirror that is a snapshot; its signature still holds.
        + 'Acquire::Check-Valid-Until "false";\n'
    )
    apt: list[str | Path] = ["apt-get", "-c", work / "apt.conf", "-y"]
    run([*apt, "update"], why=why)
    return apt


def _unpack(suite: str, folder: Path) -> None:
    work, why = folder / "apt", f"Redis and RabbitMQ of Debian {suite}"
    run([*_apt(suite, work, why), "install", "--download-only", *PACKAGES], why=why)
    for name in ("bin", "sbin", "lib", "lib64"):  # older packages still ship files there; they belong in usr
        (folder / "usr" / name).mkdir(parents=True)
        (folder / name).symlink_to(f"usr/{name}")
    debs = sorted((work / "cache/archives").glob("*.deb"))
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda deb: _extract(deb, folder), debs):
            pass
    _finish(folder)


def _extract(deb: Path, folder: Path) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as packed:
        unpack = ["tar", "-x", "-C", folder, "--keep-directory-symlink", "--no-same-owner"]
        done = subprocess.run([*unpack, *(f"--exclude={path}" for path in UNUSED)], stdin=packed.stdout, check=False)
    if done.returncode or packed.returncode:
        raise HarnessError(f"cannot unpack {deb.name}: is the disk full?")


def _finish(folder: Path) -> None:
    """Do by hand the little that packages would do when configured, and drop what no shim mounts."""
    for name, target in (("awk", "mawk"), ("sh", "dash")):
        link = folder / "usr/bin" / name
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    for entry in folder.iterdir():
        if entry.name != "usr":
            entry.unlink() if entry.is_symlink() or entry.is_file() else shutil.rmtree(entry)


def _mirror() -> str:
    """The address this host gets Debian from. Raises HarnessError when apt names none."""
    if not KEYRING.exists():
        install(["debian-archive-keyring"], "Debian's signing keys are needed to trust what is downloaded")
    why = "asking apt for this host's Debian mirror"
    form = "$(REPO_URI)\t$(ORIGIN)\t$(LABEL)\t$(COMPONENT)"
    rows = [line.split("\t") for line in run(["apt-get", "indextargets", "--format", form], why=why).splitlines()]
    if not any(row[1:] == ["Debian", "Debian", "main"] for row in rows):
        _refresh(why)  # without lists, apt knows addresses but not whose they are
        rows = [line.split("\t") for line in run(["apt-get", "indextargets", "--format", form], why=why).splitlines()]
    for uri, *rest in rows:
        if rest == ["Debian", "Debian", "main"]:
            return uri
    raise HarnessError(
        "apt on this host names no Debian mirror: add one to /etc/apt/sources.list.d and run `apt-get update`, "
        "or use Docker"
    )


def _refresh(why: str) -> None:
    if os.geteuid() == 0:
        run(["apt-get", "update"], why=why)
    elif shutil.which("sudo"):
        run(["sudo", "-n", "apt-get", "update"], why=why)


def _shim(root: Path, name: str, program: str) -> str:
    """Shell script that becomes `program` of `root`."""
    lines = [
        "#!/bin/sh",
        f"# {name} as packaged in {root.name}: its /usr is mounted over the host's, for this process alone.",
        'own=""; [ "$(id -u)" = 0 ] || own="--user --map-root-user"',
    ]
    if name.startswith("redis"):
        # A reader's own history file is none of our business.
        lines.append('export REDISCLI_HISTFILE="${REDISCLI_HISTFILE:-/dev/null}"')
    else:
        lines += [
            # Where the cookie of the running test's broker is; only for these tools, HOME stays for all others.
            '[ -z "$GUIDE_RABBITMQ_HOME" ] || export HOME="$GUIDE_RABBITMQ_HOME"',
            "export LANG=C.UTF-8 RABBITMQ_CONF_ENV_FILE=/dev/null",
            # A tool that finds no Erlang name service must not leave one behind.
            'export RABBITMQ_CTL_ERL_ARGS="-start_epmd false"',
            "unset PYTHONHOME PYTHONPATH",
        ]
    usr = _quoted(root / "usr")
    # Read-only where the kernel lets us: not in a user namespace on a file system that is mounted nosuid.
    mount = f"{{ mount --bind -o ro {usr} /usr 2>/dev/null || mount --bind {usr} /usr; }}"
    lines += [
        "# shellcheck disable=SC2086,SC2016",
        f"exec unshare --mount $own /bin/sh -c "
        f"'{mount} && export PATH=/usr/sbin:/usr/bin:/sbin:/bin && exec \"$@\"' "
        f'{name} {program} "$@"',
    ]
    return "\n".join(lines) + "\n"


def _quoted(path: Path) -> str:
    """`path` in double quotes, safe inside the single-quoted shell code of a shim."""
    text = str(path)
    if set(text) & set("'\"$`\\"):
        raise HarnessError(f"the cache folder has a quote, dollar or backslash in its name: {text}; set XDG_CACHE_HOME")
    return f'"{text}"'
