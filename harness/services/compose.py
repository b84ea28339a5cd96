"""Redis and RabbitMQ in containers: those of docker-compose.yml, or ones that somebody else started.

The same interface as the servers of `harness.services.redis` and `harness.services.rabbitmq`; only how a process is
started, stopped, killed and frozen differs. Servers that already ran are stopped or killed only when a variable
(GUIDE_REDIS_CONTAINER, GUIDE_RABBITMQ_CONTAINER) names their container; else FaultUnavailable says so.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any, Self

from harness.containers import COMPOSE, VARIABLES
from harness.lanes import Lane, lane
from harness.provision import Provision
from harness.services.base import FaultUnavailable, Server, ServerError, alive, listening, wait_until
from harness.services.rabbitmq import RabbitMQ
from harness.services.redis import Redis


def server(provided: Provision, kind: type[Server]) -> Server:
    """The session's Redis or RabbitMQ for a run whose source is "docker" or "running"; not started yet."""
    kinds: dict[tuple[str, str], type[_Container]] = {
        ("docker", "Redis"): _ComposeRedis,
        ("docker", "RabbitMQ"): _ComposeRabbitMQ,
        ("running", "Redis"): _RunningRedis,
        ("running", "RabbitMQ"): _RunningRabbitMQ,
    }
    made = kinds[provided.source, kind.name]()
    made.lane = lane(provided.lane)
    return made


class _Container(Server):
    """A server whose process is a container's. Comes before the kind of server among the base classes."""

    lane: Lane

    def container(self) -> str:
        """Name or id of the container. Raises FaultUnavailable when none is known."""
        raise NotImplementedError

    def _docker(self, *words: str, timeout: float = 60) -> str:
        return _run(["docker", *words], timeout)

    def _inspect(self) -> dict[str, Any]:
        return dict(json.loads(self._docker("inspect", "--format", "{{json .State}}", self.container())))

    def stop(self, timeout: float | None = None) -> None:
        if self.running:
            timeout = self.stop_timeout if timeout is None else timeout
            if self.frozen:
                self.thaw()
            self._docker("stop", "-t", str(round(timeout)), self.container(), timeout=timeout + 30)
            self._await_end()

    def kill(self) -> None:
        if self.running:
            pid = self.pid
            if self.frozen:  # an engine refuses to signal a paused container
                self._docker("unpause", self.container())
            self._docker("kill", "--signal", "KILL", self.container())
            self._await_end()
            if _engine_is_local():
                wait_until(lambda: not alive(pid), 10, f"{self.name} (pid {pid}) to be gone")

    def _await_end(self) -> None:
        wait_until(lambda: not self._inspect()["Running"], 20, f"the container of {self.name} to end", 0.1)
        wait_until(lambda: not listening(self.port), 20, f"port {self.port} to close", 0.1)

    def freeze(self) -> None:
        self._docker("pause", self.container())
        if not self._inspect()["Paused"]:
            raise ServerError(f"the container of {self.name} was paused, but is not")

    def thaw(self) -> None:
        self._docker("unpause", self.container())

    @property
    def running(self) -> bool:
        return bool(self._inspect()["Running"])

    @property
    def frozen(self) -> bool:
        return bool(self._inspect()["Paused"])

    @property
    def pid(self) -> int:
        """Of the server on this host (on the engine's virtual machine where it has one)."""
        if number := int(self._inspect()["Pid"]):
            return number
        raise ServerError(f"{self.name} is not running, so it has no pid")

    def log_tail(self, lines: int = 40) -> str:
        done = subprocess.run(
            ["docker", "logs", "--tail", str(lines), self.container()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False,
        )  # fmt: skip
        return done.stdout

    def _await(self, timeout: float) -> None:
        try:
            wait_until(self.ready, timeout, f"{self.name} to be ready", 0.1)
        except ServerError as error:
            raise ServerError(f"{error}; the end of its log:\n{self.log_tail(20)}") from None


class _Compose(_Container):
    """Of our docker-compose.yml; made for the session and removed after it."""

    def _compose(self, *words: str, timeout: float = 60) -> str:
        images = {"REDIS_IMAGE": self.lane.redis_image, "RABBITMQ_IMAGE": self.lane.rabbitmq_image}
        return _run([*COMPOSE, *words], timeout, {**os.environ, **images, "GUIDE_REDIS_SAVE": ""})

    _id = ""

    def container(self) -> str:
        if not self._id:
            self._id = self._compose("ps", "--all", "--quiet", self.name.lower()).strip()
        return self._id

    @property
    def running(self) -> bool:
        return bool(self.container()) and super().running

    def start(self, timeout: float | None = None) -> Self:
        if self.running:
            return self
        if listening(self.port):
            raise ServerError(
                f"port {self.port}, which {self.name} needs, is taken by another program, which was left alone: "
                "stop it (if `make up` started it: `make down`), or test against it with GUIDE_SERVICES=running"
            )
        limit = self.start_timeout if timeout is None else timeout
        # The first start may have to download the image, which has no sensible time limit below minutes.
        self._compose("up", "--detach", "--no-deps", self.name.lower(), timeout=600)
        self._await(limit)
        self._started()
        return self

    def close(self) -> None:
        if self.container():
            self._compose("rm", "--force", "--stop", "--volumes", self.name.lower())
            self._id = ""
        super().close()
        if not self._compose("ps", "--all", "--quiet").strip():
            self._compose("down", "--volumes")


class _Running(_Container):
    """Started by somebody else, on the standard port; left as it was found, but emptied."""

    _checked = False

    def container(self) -> str:
        variable = VARIABLES[self.name]
        if name := os.environ.get(variable):
            return name
        raise FaultUnavailable(f"this {self.name} was not started by the tests: {variable} may name its container")

    @property
    def _named(self) -> bool:
        return bool(os.environ.get(VARIABLES[self.name]))

    @property
    def running(self) -> bool:
        return super().running if self._named else self.ready()

    @property
    def frozen(self) -> bool:
        return super().frozen if self._named else False

    def start(self, timeout: float | None = None) -> Self:
        if self._named and not self.running:
            self._docker("start", self.container())
            self._await(self.start_timeout if timeout is None else timeout)
        if not self.ready():
            raise ServerError(f"GUIDE_SERVICES=running, but no {self.name} answers on port {self.port}: start it first")
        self._started()
        return self

    def log_tail(self, lines: int = 40) -> str:
        return super().log_tail(lines) if self._named else "(not started by the tests, so its log is not known here)"

    def _started(self) -> None:
        if not self._checked:
            self._refuse_if_in_use()
            self._checked = True
        super()._started()

    def _refuse_if_in_use(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        if self._named:
            if self.frozen:
                self.thaw()
            self.start()
        self._remove_folder()


class _ComposeRedis(_Compose, Redis):
    pass


class _ContainedRabbitMQ(RabbitMQ):
    """A broker that has its own name and whose tools run beside it."""

    def tool_environment(self) -> dict[str, str]:
        return {}

    def is_this(self, node: str) -> bool:
        return True

    def eval(self, expression: str) -> str:
        return self.ctl("eval", f"{expression}.").strip()


class _ComposeRabbitMQ(_Compose, _ContainedRabbitMQ):
    pass


class _RunningRedis(_Running, Redis):
    def _refuse_if_in_use(self) -> None:
        with self._one_call() as client:
            keys = sum(database["keys"] for database in client.info("keyspace").values())
        if keys and os.environ.get("GUIDE_ALLOW_NONEMPTY_REDIS") != "1":
            raise ServerError(
                f"the Redis on port {self.port} holds {keys} keys, and tests would delete them: start an empty one, "
                "or set GUIDE_ALLOW_NONEMPTY_REDIS=1 to lose them"
            )


class _RunningRabbitMQ(_Running, _ContainedRabbitMQ):
    def _refuse_if_in_use(self) -> None:
        foreign = [f"queue {queue['name']}" for queue in self.api("GET", "queues")]
        foreign += [f"virtual host {vhost['name']}" for vhost in self.api("GET", "vhosts") if vhost["name"] != "/"]
        foreign += [f"user {user['name']}" for user in self.api("GET", "users") if user["name"] != "guest"]
        if foreign and os.environ.get("GUIDE_ALLOW_NONEMPTY_RABBITMQ") != "1":
            raise ServerError(
                f"the RabbitMQ on port {self.port} is in use ({', '.join(foreign[:3])}), and tests would delete all of "
                "that: start a fresh one, or set GUIDE_ALLOW_NONEMPTY_RABBITMQ=1 to lose it"
            )


def _engine_is_local() -> bool:
    """True when container pids are pids of this machine (no remote engine, no virtual machine)."""
    return (
        os.path.exists("/var/run/docker.sock") and not os.environ.get("DOCKER_HOST") and os.uname().sysname == "Linux"
    )


def _run(words: Sequence[str], timeout: float, env: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=timeout, env=env, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        raise ServerError(
            f"`{' '.join(words)}` did not end within {timeout:g} s: does the Docker engine answer?"
        ) from None
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()] or ["nothing"]
        raise ServerError(f"`{' '.join(words)}` failed: {said[-1].strip()}")
    return done.stdout
