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
import contextlib
import json
import os
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any, NamedTuple

import pytest
import sentry_sdk
from aiosmtpd.controller import Controller

from harness.lab.proxy import TCPProxy
from harness.lab.servers.bugsink import Bugsink
from harness.lab.servers.ingest import Ingest
from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis
from harness.process import alive, descendants, wait_until
from harness.proof import evidence
from harness.proof.plugin import PYTHON, playing
from harness.proof.runners import script
from harness.proof.runners.terminal import Terminal
from harness.proof.runners.workspace import Process, Workspace

APP = "capstone/app"
DSN = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"
PATIENCE = 120.0  # seconds; several Pythons start at once
# role -> (command, what it prints when it is ready)
ROLES = {
    "web": (("uvicorn", "signup.api:app"), "Uvicorn running on"),
    "relay": (("python", "-m", "signup.relay"), "relay ready"),
    "worker": (("celery", "-A", "signup.celery_app", "worker", "-c", "2", "--without-mingle"), r"\bready\."),
    "beat": (("celery", "-A", "signup.celery_app", "beat"), "maxinterval"),
}


class Message(NamedTuple):
    id: str  # Message-ID
    to: str


class Mail:
    """A mail server on localhost:1025. It takes everything, unless `refusals` (one reply for each next attempt) or
    `refuse` (one reply for all) say otherwise. `raw` holds each delivery it took, `refused` each that it did not."""

    def __init__(self, port: int = 1025) -> None:
        self.port = port
        self.raw: list[Message] = []
        self.refused: list[Message] = []
        self.refusals: list[str] = []
        self.refuse: str | None = None
        self.slow = False  # meanwhile it answers nothing, and takes nothing
        self.hold: threading.Event | None = None  # taken, but not confirmed before this is set
        self._controller: Controller | None = None

    @property
    def attempts(self) -> int:
        return len(self.raw) + len(self.refused)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = Message(message_from_bytes(envelope.content)["Message-ID"], ", ".join(envelope.rcpt_tos))
        if self.refuse or self.refusals:
            self.refused.append(message)
            return self.refuse or self.refusals.pop(0)
        while self.slow:
            await asyncio.sleep(0.02)
        self.raw.append(message)
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
        return Counter(message.to for message in set(self.raw))

    def taken(self, address: str) -> list[Message]:
        """Each delivery to this address."""
        return [message for message in self.raw if message.to == address]

    @contextlib.contextmanager
    def slowly(self) -> Iterator[None]:
        """It answers nothing meanwhile, so that there is time to break something."""
        self.slow = True
        try:
            yield
        finally:
            self.slow = False


class Stack:
    """The reader's folder with the application and everything around it. `processes`: those that run, by name."""

    def __init__(
        self, space: Workspace, mail: Mail, redis: Redis, rabbitmq: RabbitMQ, sentry: Ingest, way: TCPProxy
    ) -> None:
        self.space, self.mail, self.redis, self.rabbitmq, self.sentry = space, mail, redis, rabbitmq, sentry
        self.way_to_sentry = way
        self.processes: dict[str, Process] = {}
        self.workers = 0

    # --- processes ---

    def start(self, *names: str, **env: str) -> Process:
        """Start web, worker, relay or beats (`beat1`, `beat2`), all at once; the last one, when all are ready."""
        for name in names:
            command = [*ROLES[name.rstrip("12")][0]]
            if name == "worker":
                self.workers += 1  # a new worker must not share the name of one that was killed
                command.append(f"--hostname=w{self.workers}@%h")
                if (self.space.path / "bad_tasks.py").exists():
                    command.append("--include=bad_tasks")
            if name in ("beat1", "beat2"):
                command.append(f"--schedule={name}")
            self.processes[name] = self.space.start(*command, env=env)
        for name in names:
            self.processes[name].wait_for(ROLES[name.rstrip("12")][1], PATIENCE)
        return self.processes[names[-1]]

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
        process = self.processes[name]
        wait_until(lambda: bool(lines(process, pattern)), PATIENCE, f"{name} to log {pattern!r}", 0.1)
        return re.search(pattern, lines(process, pattern)[0]["message"], re.S)[0]

    # --- people ---

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
        status, answer = self.request("GET", f"/signups/{signup}")
        assert status == 200, answer
        return answer

    def wait_for(self, signup: str, state: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """The status of a sign-up, once its state is `state`."""
        deadline = time.monotonic() + timeout
        while (found := self.status(signup))["state"] != state:
            if time.monotonic() > deadline:
                said = "\n".join(f"== {command}\n{output[-3000:]}" for command, output in self.space.logs())
                raise AssertionError(f"{found} after {timeout:g} s\n{said}")
            time.sleep(0.05)
        return found

    def in_hand(self, signup: str) -> None:
        """Wait until a worker has begun to send this person's e-mail."""
        query = f"SELECT claimed_until > 0 FROM signups WHERE id = '{signup}'"
        wait_until(lambda: self.rows(query) == [(1,)], PATIENCE, "a worker to send the e-mail")

    # --- what is stored ---

    def rows(self, query: str) -> list[tuple]:
        """What a query finds in the database."""
        with contextlib.closing(sqlite3.connect(self.space.path / "signup.db", timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def events(self) -> list[dict[str, Any]]:
        """Errors that were sent to Sentry so far."""
        return self.sentry.payloads("event")


def lines(process: Process, pattern: str) -> list[dict[str, Any]]:
    """The JSON lines of a process's log whose message matches."""
    found = []
    for line in process.output().splitlines():
        with contextlib.suppress(ValueError):  # not JSON, or not yet written to its end
            if line.startswith("{") and re.search(pattern, (entry := json.loads(line))["message"], re.S):
                found.append(entry)
    return found


@pytest.fixture(scope="module")
def log_lines() -> Callable[[Process, str], list[dict[str, Any]]]:
    return lines


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """As in production, but for a test that does not wait for minutes, and for one visitor who is a thousand."""
    return {"TRACES_SAMPLE_RATE": "1.0", "RETRY_BACKOFF": "1", "CLAIM_SECONDS": "5", "RATE_LIMIT": "1000000"}


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, servers, settings, tmp_path_factory) -> Iterator[Stack]:
    """An empty stack: Redis, RabbitMQ, mail server and a receiver in Sentry's place run; of the application,
    the tables exist and no process. What ran in the folder counts for each test of the module that has the stack."""
    servers.stop(Bugsink)
    # A test before this one may have left an SDK in this process, which adds `sentry-trace` to each request of ours:
    # a sign-up and all polls of its state would then be one trace.
    sentry_sdk.get_client().close(timeout=2)
    sentry_sdk.get_global_scope().set_client(None)
    for port in (1025, 8000, 9000, 9001):
        servers.need_port(port)
    redis, rabbitmq = servers.get(Redis), servers.get(RabbitMQ)
    folder = tmp_path_factory.mktemp("capstone")
    env = {**rabbitmq.tool_environment(), "SENTRY_DSN": DSN, **settings}
    space = Workspace(folder / "signup", folder / "logs", folder / "coverage", env)
    space.copy(APP)
    mail, sentry, way = Mail(), Ingest(9001).start(), TCPProxy(9000, 9001).start()
    mail.start()
    try:
        space.run("python", "-m", "signup.db", timeout=PATIENCE)
        yield Stack(space, mail, redis, rabbitmq, sentry, way)
        for process in reversed(space.processes):
            process.stop(timeout=PATIENCE)  # what is killed does not report the lines that it ran
    finally:
        ran = space.close()
        mail.stop()
        way.close()
        sentry.close()
    versions = {server.name: server.version for server in (redis, rabbitmq)}
    items = [item for item in request.session.items if item.path == request.path]
    tests = [item for item in items if "stack" in item.fixturenames]
    for relative, executed in ran.items():
        snippet = space.snippets[relative]
        script.lint(snippet.file, snippet.text)
        for test in tests:
            evidence.executed(test.nodeid, relative, snippet.digest, PYTHON, executed, versions)


@pytest.fixture
def play(stack: Stack, _evidence) -> Iterator[Callable[..., Terminal]]:
    """`terminal`, in the folder of the stack."""
    with playing(stack.space, _evidence, PATIENCE) as play:
        yield play
