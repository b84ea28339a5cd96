"""Servers from Debian packages of any release, unpacked into a folder: no installation, no root, no container engine.

apt resolves and downloads (with lists of its own, checked by Debian's keyring, from the mirror that this host uses);
the versions are those of servers.lock (see serverlock.py). The packages are unpacked, never configured. Only `usr` is
kept: a shim mounts it over /usr in a mount namespace of its own and *execs* the program. So the program sees the
caller's /tmp, home and current directory, its pid is the pid that was started, a terminal's Ctrl-C reaches it directly,
and a signal hits the server and no wrapper. (bubblewrap would stay in between as a parent that dies on SIGTERM and
leaves its child running.)
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from harness import HarnessError
from harness.lab import serverlock
from harness.lab.cache import build_once, cache_dir, explain, key, run, say
from harness.lab.serverlock import Lock, Package

# The servers, and what their start scripts call that packages may take for granted.
PACKAGES = (
    "redis-server", "redis-tools", "rabbitmq-server", "python3-minimal",
    "dash", "coreutils", "sed", "grep", "mawk", "libc-bin", "hostname", "procps",
)  # fmt: skip
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNUSED = ("./usr/share/doc", "./usr/share/man", "./usr/share/locale", "./usr/share/info", "./usr/include")
COMPOSE_SUITE, COMPOSE_PACKAGE = "trixie", "docker-compose"
STAND_INS = "stand-ins"  # file in an unpacked folder: the line of Lock.check

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
    """The folder that holds `usr` of `suite`, made and cached if it was not there. Raises HarnessError.

    Each call says which packages in it are not those of the lock.
    """
    lock = serverlock.load(suite, _architecture())
    root = build_once(
        cache_dir() / "roots" / f"{suite}-{key(lock.text(), *PACKAGES, *UNUSED)}",
        f"Redis and RabbitMQ of Debian {suite}",
        lambda folder: _unpack(lock, folder),
    )
    if line := stand_ins(root):
        say(line)
    return root


def stand_ins(root: Path) -> str:
    """One line about packages in `root` that are not those of the lock; "" if all are."""
    return (root / STAND_INS).read_text(encoding="utf-8")


def offered(suite: str, architecture: str, work: Path) -> dict[str, Package]:
    """The packages of `suite` that a run would unpack, as the mirror has them now. Raises HarnessError."""
    why = f"asking for the packages of Debian {suite} ({architecture})"
    apt = _apt(Lock(suite, architecture, {}, exact=False), work, why)
    found = {}
    commands = [("install", *PACKAGES)] + [("download", COMPOSE_PACKAGE)] * (suite == COMPOSE_SUITE)
    for command in commands:
        # 'ADDRESS' NAME_VERSION_ARCHITECTURE.deb BYTES SHA256:HASH
        for line in run([*apt, "-qq", "--print-uris", *command], why=why).splitlines():
            _, file, _, digest = line.split()
            name, version, _ = file.replace("%3a", ":").split("_")
            found[name] = Package(version, digest.removeprefix("SHA256:"))
    return found


def compose() -> Path:
    """Docker's Compose plugin, which runs alone, too: it reads and checks Compose files without an engine."""
    whole = serverlock.load(COMPOSE_SUITE, _architecture())
    lock = replace(whole, packages={name: p for name, p in whole.packages.items() if name == COMPOSE_PACKAGE})
    what = "Docker Compose, for checking files"
    target = cache_dir() / f"compose-{key(lock.text())}"
    return build_once(target, what, lambda folder: _unpack_compose(lock, folder)) / "docker-compose"


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


def _unpack_compose(lock: Lock, folder: Path) -> None:
    why = "Docker Compose, which checks the Compose files that pages show"
    apt = _apt(lock, folder / "apt", why)
    run([*apt, "download", COMPOSE_PACKAGE], cwd=folder, why=why)
    (deb,) = folder.glob("*.deb")
    if line := lock.check([deb]):
        say(line)
    (folder / "unpacked").mkdir()
    _extract(deb, folder / "unpacked")
    (plugin,) = (folder / "unpacked").rglob("cli-plugins/docker-compose")
    plugin.rename(folder / "docker-compose")
    deb.unlink()
    for rest in ("apt", "unpacked"):
        shutil.rmtree(folder / rest)


def _architecture() -> str:
    return run(["dpkg", "--print-architecture"], why="asking for this machine's architecture").strip()


def _source(suite: str) -> str:
    """The line of sources.list for `suite`: this host's mirror, checked by Debian's keys."""
    return f"deb [signed-by={KEYRING}] {_mirror()} {suite} main"


def _apt(lock: Lock, work: Path, why: str) -> list[str | Path]:
    """An apt-get that knows one release only, prefers locked versions, and keeps all it has in `work`; its lists are
    up to date."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"{_source(lock.suite)}\n")
    (work / "preferences").write_text(lock.preferences())
    (work / "apt.conf").write_text(
        "".join(f"#clear {hook};\n" for hook in ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success"))
        + f'Dir::State "{work}/state";\nDir::State::status "{work}/status";\nDir::Cache "{work}/cache";\n'
        + f'Dir::Etc::sourcelist "{work}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        + f'Dir::Etc::preferences "{work}/preferences";\nDir::Etc::preferencesparts "/dev/null";\n'
        + f'APT::Architecture "{lock.architecture}";\nAPT::Architectures "{lock.architecture}";\n'
        + 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
        + 'Acquire::ForceHash "SHA256";\nAPT::Update::Error-Mode "any";\n'
        + 'APT::Sandbox::User "";\nAPT::Install-Recommends "false";\nAcquire::Languages "none";\n'
        # Testing's Release file may be past its date on a mirror that is a snapshot; its signature still holds.
        + 'Acquire::Check-Valid-Until "false";\n'
    )
    apt: list[str | Path] = ["apt-get", "-c", work / "apt.conf", "-y"]
    run([*apt, "update"], why=why)
    return apt


def _unpack(lock: Lock, folder: Path) -> None:
    work, why = folder / "apt", f"Redis and RabbitMQ of Debian {lock.suite}"
    run([*_apt(lock, work, why), "install", "--download-only", "--allow-downgrades", *PACKAGES], why=why)
    debs = sorted((work / "cache/archives").glob("*.deb"))
    line = lock.check(debs)
    for name in ("bin", "sbin", "lib", "lib64"):  # older packages still ship files there; they belong in usr
        (folder / "usr" / name).mkdir(parents=True)
        (folder / name).symlink_to(f"usr/{name}")
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda deb: _extract(deb, folder), debs):
            pass
    _finish(folder)
    (folder / STAND_INS).write_text(line, encoding="utf-8")


def _extract(deb: Path, folder: Path) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as packed:
        unpack = ["tar", "-x", "-C", str(folder), "--keep-directory-symlink", "--no-same-owner"]
        unpack += [f"--exclude={path}" for path in UNUSED]
        done = subprocess.run(unpack, stdin=packed.stdout, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode or packed.returncode:
        raise HarnessError(f"cannot unpack {deb.name}: {explain(done.stderr) or 'the package is damaged'}")


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
    if uri := _known_mirror():
        return uri
    refusal = None
    try:  # without lists, apt knows addresses but not whose they are
        _refresh()
    except HarnessError as error:  # of one source perhaps; the one that counts may have come
        refusal = error
    if uri := _known_mirror():
        return uri
    raise refusal or HarnessError(
        "apt on this host names no Debian mirror: add one to /etc/apt/sources.list.d and run `apt-get update`, "
        "or use Docker"
    )


def _known_mirror() -> str | None:
    form = "$(REPO_URI)\t$(ORIGIN)\t$(LABEL)\t$(COMPONENT)"
    targets = run(["apt-get", "indextargets", "--format", form], why="asking apt for this host's Debian mirror")
    rows = [line.split("\t") for line in targets.splitlines()]
    return next((uri for uri, *rest in rows if rest == ["Debian", "Debian", "main"]), None)


def _refresh() -> None:
    command = ["apt-get", "update", "-o", "APT::Update::Error-Mode=any"]
    if os.geteuid() == 0:
        run(command, why="asking Debian's mirror for its lists")
    elif shutil.which("sudo"):
        run(["sudo", "-n", *command], why="asking Debian's mirror for its lists")


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
