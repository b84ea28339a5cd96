"""The sign-up service as real processes, its mail server, and what they send to Sentry.

A `stack` lives as long as a test class, for starting the processes costs seconds; each drill leaves it whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from harness import ROOT, evidence
from harness.plugin import PYTHON
from harness.proxy import TCPProxy
from harness.runners import script
from harness.runners.workspace import Process, Workspace
from harness.services.base import alive, descendants, wait_until
from harness.services.bugsink import Bugsink
from harness.services.ingest import Ingest
from harness.services.rabbitmq import RabbitMQ
from harness.services.redis import Redis

PATIENCE = 120.0  # seconds, for everything that is waited for
DSN = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"
COMMANDS = {
    "web": ["uvicorn", "signup.api:app"],
    "worker": ["celery", "-A", "signup.celery_app", "worker", "--concurrency=2", "--without-mingle"],
    "relay": ["python", "-m", "signup.relay"],
    "beat": ["celery", "-A", "signup.celery_app", "beat"],
}
READY = {
    "web": "Application startup complete",
    "worker": r"\bready\.",
    "relay": "relay ready",
    "beat": "maxinterval ->",
}
# As in production, but for a test that does not wait for minutes, and for one visitor who is a thousand.
IMPATIENT = {
    "RATE_LIMIT": "1000000",
    "SMTP_TIMEOUT": "5",
    "CLAIM_SECONDS": "6",
    "REPEAT_SECONDS": "20",
    "RETRY_BACKOFF": "1",
    "RETRIES": "3",
    "TRACES_SAMPLE_RATE": "0",
    "SENTRY_DSN": DSN,
}


class Stack:
    """Web server, worker and relay of one folder. `processes` holds those that run, by name."""

    def __init__(self, space: Workspace, redis: Redis, rabbitmq: RabbitMQ, sentry: Ingest, way: TCPProxy) -> None:
        self.space, self.redis, self.rabbitmq, self.sentry = space, redis, rabbitmq, sentry
        self.way_to_sentry = way
        self.processes: dict[str, Process] = {}
        self.workers = 0
        self.http = httpx2.Client(base_url="http://localhost:8000", timeout=20)
        space.env["MAIL_FOLDER"] = str(space.path)
        self.mail = space.start(sys.executable, str(Path(__file__).parent / "mailserver.py"))
        self.mail.wait_for("ready")

    # --- processes ---

    def start(self, *names: str, **env: str) -> Process:
        """Start web, worker, relay or beats, all at once, as the pages say; the last one, when all are ready."""
        for name in names:
            command = [*COMMANDS[name.rstrip("12")]]
            if name == "worker":
                self.workers += 1  # a new worker must not share the name of one that was killed
                command.append(f"--hostname=w{self.workers}@%h")
                if (self.space.path / "bad_tasks.py").exists():
                    command.append("--include=bad_tasks")
            if name.startswith("beat"):
                command.append(f"--schedule={name}")
            self.processes[name] = self.space.start(*command, env=env)
        for name in names:
            self.processes[name].wait_for(READY[name.rstrip("12")], PATIENCE)
        return self.processes[names[-1]]

    def output(self, name: str) -> str:
        return self.processes[name].output()

    def kill(self, name: str) -> None:
        """SIGKILL the process and its children, and wait until they are gone."""
        process = self.processes.pop(name)
        pids = [process.pid, *descendants(process.pid)]
        process.kill()
        assert not any(map(alive, pids))

    def kill_children(self) -> list[int]:
        """SIGKILL all pool processes of the worker."""
        children = descendants(self.processes["worker"].pid)
        assert children
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        wait_until(lambda: not any(map(alive, children)), PATIENCE, "the children to be gone")
        return children

    def logged(self, name: str, pattern: str) -> str:
        """Wait until the process logs a message that `pattern` matches; what it matched."""
        found: list[str] = []

        def said() -> bool:
            for line in self.output(name).splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    if match := re.search(pattern, json.loads(line)["message"], re.S):
                        found.append(match[0])
            return bool(found)

        wait_until(said, PATIENCE, f"{name} to log {pattern!r}", 0.1)
        return found[0]

    # --- people ---

    def sign_up(self, name: str, **headers: str) -> str:
        """A sign-up that is accepted; its id."""
        answer = self.http.post("/signup", json={"email": f"{name}@example.org", "name": name}, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def status(self, signup: str) -> dict[str, Any]:
        answer = self.http.get(f"/signups/{signup}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def done(self, *signups: str) -> None:
        """Wait until the service says that nothing is left to do for them."""
        for signup in signups:
            wait_until(lambda one=signup: self.status(one)["state"] == "done", PATIENCE, f"{self.status(signup)}", 0.1)

    def in_hand(self, signup: str) -> None:
        """Wait until a worker has begun to send this person's e-mail."""
        query = f"SELECT claimed_until > 0 FROM signups WHERE id = '{signup}'"
        wait_until(lambda: self.rows(query) == [(1,)], PATIENCE, "a worker to send the e-mail")

    def mails(self, to: str | None = None, what: str = "taken") -> list[dict[str, Any]]:
        """E-mails that the mail server has taken or refused."""
        file = self.space.path / "mail.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        found = [json.loads(line) for line in lines]
        return [mail for mail in found if mail["what"] == what and to in (None, *mail["to"])]

    @contextlib.contextmanager
    def slow_mail(self) -> Iterator[None]:
        """The mail server answers nothing meanwhile, so that there is time to break something."""
        file = self.space.path / "slow"
        file.touch()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def refuse_mail(self, times: int) -> None:
        (self.space.path / "refuse").write_text(str(times))

    # --- what is stored ---

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.space.path / "signup.db", timeout=30)) as db:
            return db.execute(query).fetchall()

    def events(self) -> list[dict[str, Any]]:
        """Errors that were sent to Sentry so far."""
        return self.sentry.payloads("event")


@pytest.fixture(scope="class")
def stack(request: pytest.FixtureRequest, servers, provision, tmp_path_factory) -> Iterator[Stack]:
    """The service's files in an empty folder beside empty servers; nothing of it started but the mail server."""
    redis, rabbitmq = servers.get(Redis), servers.get(RabbitMQ)
    servers.stop(Bugsink)
    sentry = Ingest(9001).start()
    way = TCPProxy(9000, 9001).start()
    folder = tmp_path_factory.mktemp("stack")
    space = Workspace(folder / "signup", folder / "logs", folder / "coverage", rabbitmq.tool_environment())
    space.copy("capstone/app")
    space.env |= IMPATIENT
    space.run("python", "-m", "signup.db")
    made = Stack(space, redis, rabbitmq, sentry, way)
    yield made
    made.http.close()
    for process in space._processes:
        process.stop(timeout=PATIENCE)  # what is killed does not report the lines that it ran
    way.close()
    sentry.close()
    versions = {server.name: server.version for server in (redis, rabbitmq)}
    tests = [item for item in request.session.items if item.parent is request.node]
    for relative, lines in space.close().items():
        script.lint(ROOT / "snippets" / relative)
        for test in tests:
            evidence.executed(test.nodeid, ROOT / "snippets" / relative, relative, PYTHON, lines, versions)
