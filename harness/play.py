"""`make up` and `make down`: the services on a reader's own machine, on their standard ports.

With a Docker engine this is the Compose file. Without one, on Debian, the same unpacked servers that the tests use
run in the background; their data lives in `.cache/play`, and each is ended by its process id. A port that another
program holds is never touched.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from harness import ROOT, HarnessError, provision

FOLDER = ROOT / ".cache" / "play"
STATE = FOLDER / "processes.json"
DSN_KEY = "5e2f1a7c9b3d4e6f8a0b1c2d3e4f5a6b"  # of a project that exists on the reader's own machine only


def up() -> int:
    """Start what is not running yet and say how to reach it."""
    provided = provision.ensure("current", browser=False)
    if provided.source == "running":
        raise HarnessError("GUIDE_SERVICES=running means that your services run already: there is nothing to start")
    if provided.source == "docker":
        return subprocess.call(["docker", "compose", "up", "--detach", "--wait"], cwd=ROOT)
    if _running():
        raise HarnessError("the services run already; `make down` stops them")
    os.environ.update({**provided.to_env(), **provided.child_env()})
    FOLDER.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(FOLDER)  # logs and cookies outlive this command: not in /tmp
    from harness.services.base import Server
    from harness.services.bugsink import Bugsink
    from harness.services.rabbitmq import RabbitMQ
    from harness.services.redis import Redis

    started: list[Server] = []
    try:
        for server in (
            Redis(data=FOLDER / "redis", args=("--appendonly", "yes")),
            RabbitMQ(data=FOLDER / "rabbitmq"),
            Bugsink(data=FOLDER / "bugsink"),
        ):
            server.start()
            started.append(server)
        bugsink = started[-1]
        assert isinstance(bugsink, Bugsink)
        made = [project["dsn"] for project in bugsink.listed("projects") if project["name"] == "shop"]
        dsn = made[0] if made else bugsink.project("shop", key=DSN_KEY).dsn
        started += RabbitMQ.name_services()
        noted = {server.name: [server.pid, _comm(server.pid)] for server in started}
        STATE.write_text(json.dumps(noted), encoding="utf-8")
    except BaseException:
        for server in reversed(started):
            server.stop()
        raise
    print("Redis     redis://localhost:6379/0")
    print("RabbitMQ  amqp://guest:guest@localhost:5672/   http://localhost:15672 (guest, guest)")
    print(f"Bugsink   http://localhost:9000                SENTRY_DSN={dsn}")
    print("`make down` stops them; their data stays in .cache/play")
    return 0


def down() -> int:
    """Stop what `up` started, by process id, and only if the process is still the one that was started."""
    if provision.ensure("current", browser=False).source == "docker":
        return subprocess.call(["docker", "compose", "down"], cwd=ROOT)
    running = _running()
    for pid in running.values():
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while _running() and time.monotonic() < deadline:
        time.sleep(0.1)
    left = _running()
    if left:
        names = ", ".join(f"{name} (pid {pid})" for name, pid in left.items())
        raise HarnessError(f"still running after 30 s: {names}; end them by hand")
    STATE.unlink(missing_ok=True)
    for folder in FOLDER.glob("guide-*"):  # logs and cookies of these processes; the data stays
        shutil.rmtree(folder, ignore_errors=True)
    print("stopped: " + (", ".join(running) or "nothing was running"))
    return 0


def _comm(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _running() -> dict[str, int]:
    """Name and pid of what `up` started and is still there; a pid that was given to another program does not count."""
    if not STATE.exists():
        return {}
    noted = json.loads(STATE.read_text(encoding="utf-8"))
    return {name: pid for name, (pid, comm) in noted.items() if _comm(pid) == comm}
