"""The whole capstone on real servers: its processes, a mail server that the test commands, and what Sentry got.

`stack` lives as long as a module's tests, for web, relay and worker take seconds to start:

    def test_...(stack):
        stack.start("web", "relay", "worker")
        signup = stack.sign_up("amina@example.com")
        stack.wait_for(signup, "done")
        assert stack.mail.distinct() == {"amina@example.com": 1}
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from harness import ROOT, evidence
from harness.plugin import PYTHON, playing
from harness.runners import script
from harness.runners.terminal import Terminal
from harness.runners.workspace import Process, Workspace
from harness.services.bugsink import Bugsink
from harness.services.ingest import Ingest
from harness.services.rabbitmq import RabbitMQ
from harness.services.redis import Redis

APP = "capstone/app"
DSN = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"
PATIENCE = 120.0  # seconds; several Pythons start at once
# role -> (command, what it prints when it is ready)
ROLES = {
    "web": (("uvicorn", "signup.api:app"), "Uvicorn running on"),
    "relay": (("python", "-m", "signup.relay"), "relay ready"),
    "worker": (("celery", "-A", "signup.celery_app", "worker", "-c", "2"), r" ready\."),
    "beat": (("celery", "-A", "signup.celery_app", "beat"), "maxinterval"),
}


class Mail:
    """A mail server on localhost:1025. It takes everything, unless `refusals` (one reply for each next attempt) or
    `refuse` (one reply for all) say otherwise. `raw` holds (Message-ID, To) of each delivery it confirmed."""

    def __init__(self, port: int = 1025) -> None:
        self.port = port
        self.raw: list[tuple[str, str]] = []
        self.attempts = 0
        self.refusals: list[str] = []
        self.refuse: str | None = None
        self.hold: threading.Event | None = None  # taken, but not confirmed before this is set
        self._controller: Controller | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.attempts += 1
        if self.refuse or self.refusals:
            return self.refuse or self.refusals.pop(0)
        message = message_from_bytes(envelope.content)
        self.raw.append((message["Message-ID"], message["To"]))
        if self.hold:
            await asyncio.to_thread(self.hold.wait, 120)
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="localhost", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def distinct(self) -> Counter[str]:
        """E-mails by address, where two deliveries with one Message-ID are one e-mail."""
        return Counter(address for _, address in set(self.raw))


class Stack:
    """The reader's folder with the application and everything around it."""

    def __init__(self, space: Workspace, mail: Mail, redis: Redis, rabbitmq: RabbitMQ, sentry: Ingest) -> None:
        self.space, self.mail, self.redis, self.rabbitmq, self.sentry = space, mail, redis, rabbitmq, sentry

    def start(self, *roles: str, **env: str) -> list[Process]:
        """Start a process for each role, all at once; return them when all are ready."""
        started = [self.space.start(*ROLES[role][0], env=env) for role in roles]
        for role, process in zip(roles, started, strict=True):
            process.wait_for(ROLES[role][1], PATIENCE)
        return started

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and decoded body of an answer of the web process."""
        request = urllib.request.Request(
            f"http://localhost:8000{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def sign_up(self, email: str, name: str = "Amina", **headers: str) -> str:
        """The id of a sign-up, which must be accepted."""
        status, answer = self.request("POST", "/signup", {"email": email, "name": name}, **headers)
        assert status == 202, answer
        return answer["id"]

    def status(self, signup: str) -> dict[str, Any]:
        return self.request("GET", f"/signups/{signup}")[1]

    def wait_for(self, signup: str, state: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """The status of a sign-up, once its state is `state`."""
        deadline = time.monotonic() + timeout
        while (found := self.status(signup))["state"] != state:
            if time.monotonic() > deadline:
                said = "\n".join(f"== {command}\n{output[-3000:]}" for command, output in self.space.logs())
                raise AssertionError(f"{found} after {timeout:g} s\n{said}")
            time.sleep(0.05)
        return found

    def rows(self, query: str) -> list[tuple]:
        """What a query finds in the database."""
        connection = sqlite3.connect(self.space.path / "signup.db", timeout=30)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def lines(process: Process, pattern: str) -> list[dict[str, Any]]:
    """The JSON lines of a process's log whose message matches."""
    found = [json.loads(line) for line in process.output().splitlines() if line.startswith("{")]
    return [line for line in found if re.search(pattern, line["message"])]


@pytest.fixture(scope="module")
def log_lines() -> Callable[[Process, str], list[dict[str, Any]]]:
    return lines


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, servers, tmp_path_factory) -> Iterator[Stack]:
    """An empty stack: Redis, RabbitMQ, mail server and a receiver in Sentry's place run; of the application,
    the tables exist and no process. What ran in the folder counts for each test of the module."""
    servers.stop(Bugsink)
    redis, rabbitmq = servers.get(Redis), servers.get(RabbitMQ)
    folder = tmp_path_factory.mktemp("capstone")
    env = {**rabbitmq.tool_environment(), "SENTRY_DSN": DSN, "TRACES_SAMPLE_RATE": "1.0"}
    env |= {"RETRY_BACKOFF": "1", "CLAIM_SECONDS": "5", "RATE_LIMIT": "100000"}
    space = Workspace(folder / "signup", folder / "logs", folder / "coverage", env)
    space.copy(APP)
    mail, sentry = Mail(), Ingest().start()
    mail.start()
    try:
        space.run("python", "-m", "signup.db", timeout=PATIENCE)
        yield Stack(space, mail, redis, rabbitmq, sentry)
        for process in reversed(space._processes):
            process.stop(timeout=PATIENCE)  # what is killed does not report the lines that it ran
    finally:
        ran = space.close()
        mail.stop()
        sentry.close()
    versions = {server.name: server.version for server in (redis, rabbitmq)}
    tests = [item for item in request.session.items if item.path == request.path]
    for relative, executed in ran.items():
        script.lint(ROOT / "snippets" / relative)
        for test in tests:
            evidence.executed(test.nodeid, ROOT / "snippets" / relative, relative, PYTHON, executed, versions)


@pytest.fixture
def play(stack: Stack, _evidence) -> Iterator[Callable[..., Terminal]]:
    """`terminal`, in the folder of the stack."""
    with playing(stack.space, _evidence, PATIENCE) as play:
        yield play
