"""The lock of server packages: the version and hash of every .deb that a lane unpacks.

A Debian mirror has one version of a package per release, so a locked version disappears when a newer one comes: daily
in testing, at security and point releases elsewhere. The newest signed version then stands in, and the run says so, as
long as the servers keep their major.minor. A new major.minor stops the run: the pages describe the old one.

`make lock-servers` (python -m harness.lab.serverlock) writes the lock anew from the mirror's signed lists.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from harness import HarnessError

LOCK = Path(__file__).with_name("servers.lock")
ARCHITECTURES = ("amd64", "arm64")
# What pages describe: a new major.minor of these is not a repair.
DECISIVE = re.compile(r"redis-(server|tools)|rabbitmq-server|erlang-.+|docker-compose")
WATCHED = {"redis-server", "rabbitmq-server", "erlang-base", "docker-compose"}  # one for each source package of these
HEAD = """\
# The Debian packages that every run unpacks: release, architecture, package. `make lock-servers` renews this file.
"""


class Package(NamedTuple):
    """A locked package. `sha256`: hexadecimal, of the .deb file; empty if only the version is known."""

    version: str
    sha256: str


@dataclass(frozen=True)
class Lock:
    """What is locked for one Debian release on one architecture.

    `exact`: whether this architecture is in the lock. If not, `packages` has the versions of another one, or nothing.
    """

    suite: str
    architecture: str
    packages: Mapping[str, Package]
    exact: bool

    def text(self) -> str:
        """All of it, for cache keys."""
        return json.dumps([self.suite, self.architecture, self.packages], sort_keys=True)

    def preferences(self) -> str:
        """The pins that make apt take the locked version where the mirror offers several."""
        pin = "Package: {}\nPin: version {}\nPin-Priority: 1001\n"
        return "\n".join(pin.format(name, package.version) for name, package in sorted(self.packages.items()))

    def check(self, debs: Iterable[Path]) -> str:
        """Compare downloaded packages with the lock; return one line about those that stand in, or "".

        Raises HarnessError, naming the package, for another file under a locked version, and for a new major.minor.
        """
        stand_ins = {}
        for deb in sorted(debs):
            name, version, _ = deb.name.replace("%3a", ":").split("_")
            locked = self.packages.get(name)
            if locked and version == locked.version:
                if self.exact and (digest := hashlib.sha256(deb.read_bytes()).hexdigest()) != locked.sha256:
                    raise HarnessError(
                        f"{name} {version} of Debian {self.suite} is not the file in {LOCK.name}: its SHA-256 is "
                        f"{digest}, not {locked.sha256}; use another mirror"
                    )
                continue
            if locked and DECISIVE.fullmatch(name) and minor(version) != minor(locked.version):
                raise HarnessError(
                    f"Debian {self.suite} now has {name} {minor(version)} ({version}), and the pages describe "
                    f"{minor(locked.version)} ({locked.version}): `make lock-servers`, "
                    "correct harness/lab/lanes.py, and verify the pages again"
                )
            stand_ins[name] = f"{name} {version} ({f'locked: {locked.version}' if locked else 'not locked'})"
        if not self.exact:
            what = f"{self.architecture} packages of Debian {self.suite}"
            return f"{LOCK.name} has no {what}: the newest signed ones are used"
        if not stand_ins:
            return ""
        shown = [line for name, line in stand_ins.items() if name in WATCHED]
        others = len(stand_ins) - len(shown)
        shown += [f"newer versions of other packages ({others})"] if others else []
        return f"the mirror lacks locked packages of Debian {self.suite}; in their place: {', '.join(shown)}"


def minor(version: str) -> str:
    """The "major.minor" of a Debian version: "8.0" of "5:8.0.6-3"."""
    found = re.match(r"(?:\d+:)?(\d+\.\d+)", version)
    return found[1] if found else version


def load(suite: str, architecture: str) -> Lock:
    """The lock of a Debian release. Raises HarnessError when the file cannot be read."""
    try:
        releases = tomllib.loads(LOCK.read_text(encoding="utf-8"))
        tables = {
            arch: {name: Package(entry["version"], entry["sha256"]) for name, entry in table.items()}
            for arch, table in releases.get(suite, {}).items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HarnessError(
            f"cannot read harness/lab/{LOCK.name} ({error}): `git checkout harness/lab/{LOCK.name}`"
        ) from None
    if architecture in tables:
        return Lock(suite, architecture, tables[architecture], exact=True)
    others = next(iter(tables.values()), {})
    return Lock(suite, architecture, {name: Package(p.version, "") for name, p in others.items()}, exact=False)


def dump(releases: Mapping[tuple[str, str], Mapping[str, Package]]) -> str:
    """The lock file's text, from packages by release and architecture."""
    lines = [HEAD]
    for (suite, architecture), packages in releases.items():
        lines.append(f"[{suite}.{architecture}]")
        lines += [
            f'"{name}" = {{ version = "{package.version}", sha256 = "{package.sha256}" }}'
            for name, package in sorted(packages.items())
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write the lock anew, and say which packages that pages describe have changed. Exit status 2 for an error."""
    from harness.lab import debian
    from harness.lab.lanes import LANES

    releases = {}
    try:
        for lane in LANES.values():
            for architecture in ARCHITECTURES:
                with tempfile.TemporaryDirectory(prefix="guide-lock-") as work:
                    offered = debian.offered(lane.suite, architecture, Path(work))
                releases[lane.suite, architecture] = offered
                before = load(lane.suite, architecture).packages
                for name in WATCHED & offered.keys():
                    old = before[name].version if name in before else "new"
                    if old != offered[name].version:
                        print(f"{lane.suite} {architecture}: {name} {old} -> {offered[name].version}")
                for name, wanted in (("redis-server", lane.redis), ("rabbitmq-server", lane.rabbitmq)):
                    if (found := minor(offered[name].version)) != wanted:
                        print(f"{lane.suite} has {name} {found}: correct lane {lane.name!r} in harness/lab/lanes.py")
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    LOCK.write_text(dump(releases), encoding="utf-8")
    print(f"harness/{LOCK.name}: {sum(map(len, releases.values()))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
