"""Which packages a run unpacks, and what it says when it cannot: on a mirror of tiny packages, made for each test."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT, HarnessError
from harness.lab import debian, serverlock
from harness.lab.serverlock import Package

pytestmark = pytest.mark.skipif(not debian.is_debian(), reason="packages are unpacked on Debian only")
CONTROL = "Package: {}\nVersion: {}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: for a test\n"
# Unpacks the tiny mirror's packages in a process of its own, for the cache of its own that XDG_CACHE_HOME names.
DRIVER = """
import sys
from pathlib import Path
from harness import HarnessError
from harness.lab import debian, serverlock
debian.PACKAGES = ("redis-server", "libtiny")
debian._source = lambda suite: sys.argv[1]
serverlock.LOCK = Path(sys.argv[2])
try:
    debian.unpacked("forky")
except HarnessError as error:
    sys.exit(f"error: {error}")
"""


class Mirror:
    """A folder that apt can read, a lock, and an empty cache."""

    def __init__(self, root: Path) -> None:
        self.folder, self.lock, self.cache = root / "mirror", root / "servers.lock", root / "cache"
        for folder in (self.folder, self.cache):
            folder.mkdir()
        self.versions: dict[Path, str] = {}

    @property
    def source(self) -> str:
        return f"deb [trusted=yes] copy:{self.folder} ./"

    def offer(self, name: str, version: str, content: bytes = b"") -> Package:
        """Add a package with one file, usr/bin/NAME. Return what a lock says about it."""
        build = self.folder / "build"
        for folder in ("DEBIAN", "usr/bin"):
            (build / folder).mkdir(parents=True)
        (build / "DEBIAN/control").write_text(CONTROL.format(name, version))
        (build / "usr/bin" / name).write_bytes(content or version.encode())
        deb = self.folder / f"{name}_{version.rpartition(':')[2]}_all.deb"  # without epoch, as on Debian's mirrors
        subprocess.run(["dpkg-deb", "-Zgzip", "--root-owner-group", "-b", build, deb], check=True, capture_output=True)
        shutil.rmtree(build)
        self.versions[deb] = version
        self._index()
        return Package(version, hashlib.sha256(deb.read_bytes()).hexdigest())

    def withdraw(self, name: str) -> None:
        for deb in self.folder.glob(f"{name}_*.deb"):
            deb.unlink()
        self._index()

    def _index(self) -> None:
        text = ""
        for deb in sorted(self.folder.glob("*.deb")):
            control = CONTROL.format(deb.name.partition("_")[0], self.versions[deb])
            digest, size = hashlib.sha256(deb.read_bytes()).hexdigest(), deb.stat().st_size
            text += f"{control}Filename: ./{deb.name}\nSize: {size}\nSHA256: {digest}\n\n"
        (self.folder / "Packages").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        (self.folder / "Release").write_text(f"SHA256:\n {digest} {len(text)} Packages\n")

    def write_lock(self, architecture: str = "", **packages: Package) -> None:
        named = {name.replace("_", "-"): package for name, package in packages.items()}
        self.lock.write_text(serverlock.dump({("forky", architecture or debian._architecture()): named}))

    def kept(self) -> list[str]:
        """What is in the cache but for the locks and the log of the last failure."""
        files = [path for path in self.cache.rglob("*") if path.suffix != ".lock" and path.name != "last-failure.log"]
        return sorted(path.name for path in files if not path.is_dir() or path.suffix == ".partial")


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    made = Mirror(tmp_path)
    monkeypatch.setattr(debian, "PACKAGES", ("redis-server", "libtiny"))
    monkeypatch.setattr(debian, "_source", lambda suite: made.source)
    monkeypatch.setattr(serverlock, "LOCK", made.lock)
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.cache))
    monkeypatch.delenv("GUIDE_CACHE", raising=False)  # the cache of the run itself
    return made


def redis_of(root: Path) -> str:
    return (root / "usr/bin/redis-server").read_text()


def test_locked_version_is_taken_where_a_newer_one_is_offered(mirror: Mirror) -> None:
    locked, library = mirror.offer("redis-server", "5:8.0.5-1"), mirror.offer("libtiny", "1.0-1")
    mirror.offer("redis-server", "5:8.2.0-1")
    mirror.write_lock(redis_server=locked, libtiny=library)
    root = debian.unpacked("forky")
    assert redis_of(root) == "5:8.0.5-1"
    assert debian.stand_ins(root) == ""


def test_newest_version_of_the_same_minor_stands_in_for_one_that_is_gone(mirror: Mirror, capsys) -> None:
    locked, library = mirror.offer("redis-server", "5:8.0.5-1"), mirror.offer("libtiny", "1.0-1")
    mirror.write_lock(redis_server=locked, libtiny=library)
    mirror.withdraw("redis-server")
    mirror.withdraw("libtiny")
    for name, version in (("redis-server", "5:8.0.6-3"), ("redis-server", "5:8.0.7-1"), ("libtiny", "2.0-1")):
        mirror.offer(name, version)
    root = debian.unpacked("forky")
    assert redis_of(root) == "5:8.0.7-1"
    assert debian.stand_ins(root) == (
        "the mirror lacks locked packages of Debian forky; in their place: redis-server 5:8.0.7-1 (locked: 5:8.0.5-1), "
        "newer versions of other packages (1)"
    )
    capsys.readouterr()
    debian.unpacked("forky")  # from the cache, and it says so again
    assert capsys.readouterr().err == f"harness: {debian.stand_ins(root)}\n"


def test_new_minor_version_is_refused_and_named(mirror: Mirror) -> None:
    locked, library = mirror.offer("redis-server", "5:8.0.5-1"), mirror.offer("libtiny", "1.0-1")
    mirror.write_lock(redis_server=locked, libtiny=library)
    mirror.withdraw("redis-server")
    mirror.offer("redis-server", "5:8.2.0-1")
    with pytest.raises(HarnessError) as refusal:
        debian.unpacked("forky")
    assert str(refusal.value) == (
        "Debian forky now has redis-server 8.2 (5:8.2.0-1), and the pages describe 8.0 (5:8.0.5-1): "
        "`make lock-servers`, correct harness/lab/lanes.py, and verify the pages again"
    )
    assert mirror.kept() == []


def test_other_file_under_a_locked_version_is_refused_and_the_right_one_taken_later(mirror: Mirror) -> None:
    locked, library = mirror.offer("redis-server", "5:8.0.5-1"), mirror.offer("libtiny", "1.0-1")
    mirror.write_lock(redis_server=Package("5:8.0.5-1", "0" * 64), libtiny=library)
    with pytest.raises(HarnessError) as refusal:
        debian.unpacked("forky")
    assert str(refusal.value) == (
        "redis-server 5:8.0.5-1 of Debian forky is not the file in servers.lock: its SHA-256 is "
        f"{locked.sha256}, not {'0' * 64}; use another mirror"
    )
    assert mirror.kept() == []
    mirror.write_lock(redis_server=locked, libtiny=library)
    assert redis_of(debian.unpacked("forky")) == "5:8.0.5-1"


def test_other_lock_is_another_entry_of_the_cache(mirror: Mirror) -> None:
    old, library = mirror.offer("redis-server", "5:8.0.5-1"), mirror.offer("libtiny", "1.0-1")
    mirror.write_lock(redis_server=old, libtiny=library)
    first = debian.unpacked("forky")
    mirror.write_lock(redis_server=mirror.offer("redis-server", "5:8.0.6-3"), libtiny=library)
    second = debian.unpacked("forky")
    assert (redis_of(first), redis_of(second)) == ("5:8.0.5-1", "5:8.0.6-3")


def test_architecture_without_a_lock_takes_the_newest_of_the_same_minor(mirror: Mirror) -> None:
    mirror.offer("redis-server", "5:8.0.6-3")
    mirror.offer("libtiny", "1.0-1")
    mirror.write_lock("m68k", redis_server=Package("5:8.0.5-1", "0" * 64), libtiny=Package("1.0-1", "0" * 64))
    root = debian.unpacked("forky")
    assert redis_of(root) == "5:8.0.6-3"
    assert debian.stand_ins(root) == (
        f"servers.lock has no {debian._architecture()} packages of Debian forky: the newest signed ones are used"
    )
    mirror.write_lock("m68k", redis_server=Package("5:7.4.0-1", "0" * 64))
    with pytest.raises(HarnessError, match=r"now has redis-server 8\.0 .*, and the pages describe 7\.4 "):
        debian.unpacked("forky")


def test_packages_without_a_signature_are_refused(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.write_lock(redis_server=mirror.offer("redis-server", "5:8.0.5-1"), libtiny=mirror.offer("libtiny", "1.0-1"))
    monkeypatch.setattr(debian, "_source", lambda suite: f"deb copy:{mirror.folder} ./")
    with pytest.raises(HarnessError, match="is not signed"):
        debian.unpacked("forky")
    assert mirror.kept() == []


def test_lock_command_finds_version_and_hash_of_what_a_run_would_unpack(mirror: Mirror, tmp_path: Path) -> None:
    offered = {name: mirror.offer(name, "5:8.0.5-1") for name in debian.PACKAGES}
    assert debian.offered("forky", debian._architecture(), tmp_path / "apt") == offered
    text = serverlock.dump({("forky", "amd64"): offered})
    mirror.lock.write_text(text)
    assert serverlock.load("forky", "amd64").packages == offered


def test_committed_lock_has_the_minor_version_of_every_lane() -> None:
    from harness.lab.lanes import LANES

    for lane in LANES.values():
        for architecture in serverlock.ARCHITECTURES:
            lock = serverlock.load(lane.suite, architecture)
            assert lock.exact
            found = [serverlock.minor(lock.packages[name].version) for name in ("redis-server", "rabbitmq-server")]
            assert found == [lane.redis, lane.rabbitmq]
    assert "://" not in serverlock.LOCK.read_text()


def test_unreadable_lock_is_one_line(mirror: Mirror) -> None:
    mirror.lock.write_text("[forky\n")
    with pytest.raises(
        HarnessError, match=r"^cannot read harness/lab/servers.lock \(.*\): `git checkout harness/lab/"
    ) as error:
        debian.unpacked("forky")
    assert "\n" not in str(error.value)


# --- bad input: one line, and nothing half-made ---------------------------------------------------


def on_file_system(mirror: Mirror, options: str) -> tuple[str, list[str]]:
    """Unpack with a cache on a small file system of its own. Return the error and what was left in the cache."""
    script = 'mount -t tmpfs -o "$0" tmpfs "$XDG_CACHE_HOME" && { "$@"; find "$XDG_CACHE_HOME" -mindepth 2; }'
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", "--mount", *own, "sh", "-c", script, options, sys.executable, "-c", DRIVER]
    env = {**os.environ, "XDG_CACHE_HOME": str(mirror.cache), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, mirror.source, str(mirror.lock)], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    error = [line for line in done.stderr.splitlines() if not line.startswith("harness: preparing")]
    assert len(error) == 1, done.stderr
    names = [Path(line).name for line in done.stdout.splitlines()]
    return error[0], [name for name in names if name not in ("roots", "last-failure.log") and ".lock" not in name]


@pytest.mark.parametrize("content", [bytes(2_000_000), os.urandom(2_000_000)], ids=["unpacking", "downloading"])
def test_full_disk_is_named_and_leaves_nothing(mirror: Mirror, content: bytes) -> None:
    mirror.write_lock(
        redis_server=mirror.offer("redis-server", "5:8.0.5-1", content), libtiny=mirror.offer("libtiny", "1.0-1")
    )
    error, left = on_file_system(mirror, "size=1m")
    assert error.startswith("error: ")
    assert "the disk is full: free some GB, or move the cache to another disk with XDG_CACHE_HOME" in error
    assert left == []


def test_cache_that_cannot_be_written_is_named(mirror: Mirror) -> None:
    mirror.write_lock(redis_server=mirror.offer("redis-server", "5:8.0.5-1"), libtiny=mirror.offer("libtiny", "1.0-1"))
    error, left = on_file_system(mirror, "ro")
    assert error == (
        f"error: preparing Redis and RabbitMQ of Debian forky: cannot write {mirror.cache}/tested-guide: "
        "point XDG_CACHE_HOME to a folder that you may write (Read-only file system)"
    )
    assert left == []


@pytest.mark.parametrize("lists", ["this host's", "none"])
def test_first_run_without_network_is_one_line(mirror: Mirror, tmp_path: Path, lists: str) -> None:
    command = [sys.executable, "-m", "harness.lab.namespace", "--", sys.executable, "-m", "harness.lab.provision"]
    env = {**os.environ, "XDG_CACHE_HOME": str(mirror.cache), "PYTHONPATH": str(ROOT)}
    if lists == "none":
        (tmp_path / "lists/partial").mkdir(parents=True)
        (tmp_path / "apt.conf").write_text(f'Dir::State::lists "{tmp_path}/lists";\n')
        env["APT_CONFIG"] = str(tmp_path / "apt.conf")
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("harness: preparing")]
    assert done.returncode == 2
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert (
        "there is no network, and the first run downloads what later runs keep: connect, and run it again" in lines[0]
    )
    assert mirror.kept() == []


def test_packages_that_cannot_be_downloaded_are_one_line(mirror: Mirror) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--retries", "1", "--index-url", "https://index.invalid/", "nothing"]
    command = [sys.executable, "-m", "harness.lab.cache", "installing Python packages", *pip]
    env = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert line.startswith("error: installing Python packages: there is no network, and the first run downloads ")
