"""Redis and RabbitMQ that somebody else started, on their standard ports: used and emptied, never broken.

What would break, restart or configure them, or read their files, raises FaultUnavailable; the fixtures turn that into
a skip with this reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn, Self

from harness.lab.servers.base import FaultUnavailable, Server, ServerError
from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis

EMPTY = "the tests would delete them: start empty servers (`docker compose down --volumes` removes those of this guide)"


def server(kind: type[Server]) -> Server:
    """The running server of this kind."""
    return {"Redis": RunningRedis, "RabbitMQ": RunningRabbitMQ}[kind.name]()


class _Running(Server):
    """Comes before the kind of server among the base classes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[call-arg]
        self._remove_folder()
        del self.log, self.data, self._folder
        self._used = False

    def __getattr__(self, name: str) -> Any:
        if name in ("log", "data", "_folder"):
            self._refuse(f"reads the files of {self.name}")
        raise AttributeError(name)

    def _refuse(self, why: str) -> NoReturn:
        raise FaultUnavailable(f"this test {why}, and the run did not start the servers")

    def start(self, timeout: float | None = None) -> Self:
        if not self._used:
            if left := self._left():
                raise ServerError(f"the {self.name} on port {self.port} holds {left}, and {EMPTY}")
            self._started()
            self._used = True
        return self

    def _left(self) -> str:
        """What is in it before the first test, for people; "" when it is empty."""
        raise NotImplementedError

    def stop(self, timeout: float | None = None) -> None:
        self._refuse(f"breaks servers (stops {self.name})")

    def kill(self, *, noted: bool = True) -> None:
        self._refuse(f"breaks servers (kills {self.name})")

    def freeze(self) -> None:
        self._refuse(f"breaks servers (freezes {self.name})")

    def thaw(self) -> None:
        self._refuse(f"breaks servers (freezes {self.name})")

    def restart(self) -> None:
        self._refuse(f"breaks servers (restarts {self.name})")

    def close(self) -> None:
        if self._used:
            self.reset()

    def reset(self) -> None:
        raise NotImplementedError

    @property
    def running(self) -> bool:
        return self._used

    @property
    def frozen(self) -> bool:
        return False

    @property
    def pid(self) -> int:
        self._refuse(f"needs the process of {self.name}")

    @property
    def folder(self) -> Path:
        self._refuse(f"reads the folder of {self.name}")

    def log_tail(self, lines: int = 40) -> str:
        return "(started outside the run)"

    def __repr__(self) -> str:
        return f"<{self.name} on port {self.port}, started outside the run>"


class RunningRedis(_Running, Redis):
    """A Redis that somebody else started."""

    def _left(self) -> str:
        with self._one_call() as client:
            keys = sum(database["keys"] for database in client.info("keyspace").values())
        return f"{keys} keys" if keys else ""

    def reset(self) -> None:
        Redis.reset(self)

    def close(self) -> None:
        super().close()
        for client in self._clients:
            client.close()

    @property
    def version(self) -> str:
        if not self._version:
            with self._one_call() as client:  # a connection that stays would be counted by a test
                self._version = str(client.info("server")["redis_version"])
        return self._version


class RunningRabbitMQ(_Running, RabbitMQ):
    """A RabbitMQ that somebody else started. Its tools run beside it only, so there is no `ctl` and no `eval`."""

    def _left(self) -> str:
        found = [f"the queue {queue['name']}" for queue in self.api("GET", "queues")]
        found += [f"the virtual host {vhost['name']}" for vhost in self.api("GET", "vhosts") if vhost["name"] != "/"]
        found += [f"the user {user['name']}" for user in self.api("GET", "users") if user["name"] != "guest"]
        return ", ".join(found[:3])

    def reset(self) -> None:
        RabbitMQ.reset(self)

    def _tool(self, words: list[str], what: str, timeout: float, stdin: str = "") -> str:
        self._refuse(f"calls {words[0]}, which works beside the broker only")

    def tool_environment(self) -> dict[str, str]:
        return {}

    def is_this(self, node: str) -> bool:
        return True

    @property
    def version(self) -> str:
        return str(self.api("GET", "overview")["rabbitmq_version"])
