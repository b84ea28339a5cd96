"""A real Redis server."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness.lab.servers.base import Server

_CLIENT: dict[str, Any] = {"decode_responses": True, "socket_timeout": 5, "socket_connect_timeout": 5}


class Redis(Server):
    """Redis on 127.0.0.1, without persistence; or, with `config`, exactly as a reader's redis.conf says.

    `args`: further command line options, for instance ("--appendonly", "yes"). `config`: a redis.conf, used as it is
    (a copy, because CONFIG REWRITE writes to it); `port` must be the port it names.
    """

    name = "Redis"
    process_name = "redis-server"

    def __init__(
        self, port: int = 6379, *, data: Path | None = None, args: Sequence[str] = (), config: Path | None = None
    ) -> None:
        super().__init__(port, data=data)
        self._args = tuple(args)
        self._config = Path(config).resolve() if config else None
        self._clients: list[redis.Redis] = []
        self._settings: dict[str | None, str | None] = {}
        self._version = ""

    def command(self) -> list[str | Path]:
        # We own the process and its log, whatever a configuration file says.
        ours = ["--daemonize", "no", "--logfile", "", *self._args]
        if self._config:
            copy = self._folder / "redis.conf"
            if not copy.exists():
                shutil.copy(self._config, copy)
            return ["redis-server", copy, *ours]
        loopback = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.data)]
        return ["redis-server", *loopback, "--save", "", *ours]

    def ready(self) -> bool:
        """True when PING is answered, be it with a demand for a password."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as s:
                s.sendall(b"PING\r\n")
                return s.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def _started(self) -> None:
        if not self._settings:
            # A server that asks for a password is a test's own and is never reset.
            with contextlib.suppress(redis.AuthenticationError):
                self._settings = self.client().config_get("*")

    def client(self, **options: Any) -> redis.Redis:
        """A new client, closed with the server: text replies, 5 s limits, no retries unless `options` say otherwise.

        redis-py retries by default, for seconds; a test wants to see the first failure.
        """
        made = redis.Redis(host="localhost", port=self.port, **(_CLIENT | {"retry": Retry(NoBackoff(), 0)} | options))
        self._clients.append(made)
        return made

    def flush(self) -> None:
        """Delete all keys of all databases."""
        with self._one_call() as client:
            client.flushall()

    def reset(self) -> None:
        """Make the server as new for the next test: no keys, scripts, users, clients, changed settings or notes of
        what was denied."""
        with self._one_call() as client:
            client.client_kill_filter(_type="normal", skipme=True)
            client.client_kill_filter(_type="pubsub", skipme=True)
            if client.info("replication")["role"] != "master":
                client.replicaof("NO", "ONE")
            for user in client.acl_users():
                if user != "default":
                    client.acl_deluser(user)
            for name, value in client.config_get("*").items():
                if (wanted := self._settings.get(name, value)) != value:
                    client.config_set(name, wanted)
            client.function_flush()
            client.script_flush()
            client.flushall()
            client.config_resetstat()
            client.acl_log_reset()

    @contextlib.contextmanager
    def _one_call(self) -> Any:
        client = redis.Redis(port=self.port, **_CLIENT)
        try:
            yield client
        finally:
            client.close()

    @property
    def version(self) -> str:
        if not self._version:
            # Redis writes "Redis version=8.0.6, ..." when it starts, also where INFO needs a password.
            found = re.search(r"Redis version=([\d.]+)", self.log.read_text(errors="replace"))
            self._version = found[1] if found else str(self.client().info("server")["redis_version"])
        return self._version

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()
        super().close()
