"""A real RabbitMQ broker with its management interface and Prometheus endpoint."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from harness.lab.provision import Provision
from harness.lab.servers.base import Server, ServerError, listening
from harness.process import wait_until

# One cookie for all brokers of a test process, so that they can form a cluster; nobody else can know it.
_COOKIE = secrets.token_hex(16)
# Asked only of a broker that stands alone: another node of a cluster may have all members of a queue.
_ALL_NOTED = """case [amqqueue:get_pid(Q) || Q <- rabbit_amqqueue:list(),
    amqqueue:get_type(Q) =:= rabbit_quorum_queue, nodes() =:= []] of
  [] -> true;
  Members ->
    #{data_dir := D} = ra_system:fetch(quorum_queues), {ok, B} = file:read_file(D ++ "/names.dets"),
    lists:all(fun({N, _}) -> binary:match(B, atom_to_binary(N, utf8)) =/= nomatch; (_) -> false end, Members)
end"""
_LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"


class Epmd(Server):
    """Erlang's name service, shared by all brokers that use its port; ended with the last of them.

    A broker that finds none starts a daemon of its own, which outlives it and belongs to nobody.
    """

    name = "epmd"
    process_name = "epmd"
    _shared: ClassVar[dict[int, tuple[Epmd, set[int]]]] = {}

    def command(self) -> list[str | Path]:
        return ["epmd", "-port", str(self.port), "-address", "127.0.0.1"]

    @property
    def version(self) -> str:
        return ""

    @classmethod
    def join(cls, port: int, member: int) -> None:
        """Note `member` as a user of the name service on `port`, which runs when this returns."""
        if port not in cls._shared:  # not setdefault: it would make a second server, and its folder, every time
            cls._shared[port] = (cls(port), set())
        server, members = cls._shared[port]
        members.add(member)
        server.start()

    @classmethod
    def shared_pid(cls, port: int) -> int:
        """Pid of the name service on `port`."""
        return cls._shared[port][0].pid

    @classmethod
    def leave(cls, port: int, member: int) -> None:
        """Undo `join`; the last one out ends the name service."""
        server, members = cls._shared.get(port, (None, set()))
        members.discard(member)
        if server and not members:
            server.close()
            del cls._shared[port]


class RabbitMQ(Server):
    """Broker on 127.0.0.1, user guest/guest, virtual host "/".

    Management listens on `port` + 10000, Prometheus on `port` + 10020, as is standard for 5672. `config`: settings on
    top of ours, a reader's rabbitmq.conf (file) or its text. `plugins`: names, completed with "rabbitmq_". `nodename`
    and `port` have to differ for a second broker beside the first.
    """

    name = "RabbitMQ"
    process_name = "beam.smp"
    start_timeout = 60.0
    stop_timeout = 30.0

    def __init__(
        self,
        port: int = 5672,
        *,
        data: Path | None = None,
        config: Path | str | None = None,
        plugins: Sequence[str] = ("management", "prometheus"),
        nodename: str = "rabbit@localhost",
        epmd_port: int = 4369,
        env: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(port, data=data)
        self.management_port, self.prometheus_port = port + 10000, port + 10020
        self.nodename, self.epmd_port = nodename, epmd_port
        self._config = config.read_text() if isinstance(config, Path) else config
        self._plugins = [plugin if plugin.startswith("rabbitmq_") else f"rabbitmq_{plugin}" for plugin in plugins]
        self._env = dict(env or {})
        self._up = False  # it has become ready, and what it holds matters

    @staticmethod
    def name_services() -> list[Server]:
        """The Erlang name services that this process started for its brokers."""
        return [server for server, _ in Epmd._shared.values()]

    # --- starting ---

    def command(self) -> list[str | Path]:
        return ["rabbitmq-server"]

    def environment(self) -> dict[str, str]:
        home, settings = self._folder / "home", self._folder / "conf.d"
        return {
            **self.tool_environment(),
            "RABBITMQ_LOG": "-color",
            "RUNNING_UNDER_SYSTEMD": "true",  # become the Erlang machine instead of watching it from a shell
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.port + 20000),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self._folder / "generated"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(self.data / "feature_flags"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(settings / "*.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._folder / "advanced.config"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{_LOOPBACK_ONLY} +sbwt none +sbwtdcpu none +sbwtdio none",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
            **self._env,
        }

    def tool_environment(self) -> dict[str, str]:
        """Variables with which rabbitmqctl and its relatives talk to this broker, from any directory."""
        return {
            "GUIDE_RABBITMQ_HOME": str(self._folder / "home"),
            "RABBITMQ_NODENAME": self.nodename,
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "ERL_EPMD_PORT": str(self.epmd_port),
        }

    def _prepare(self) -> None:
        self._write_settings()
        Epmd.join(self.epmd_port, id(self))

    def _started(self) -> None:
        self._up = True

    def kill(self, *, noted: bool = True) -> None:
        """SIGKILL, with `noted` once every quorum queue is noted on disk: a broker that is killed within about a second
        of a declaration may forget the queue."""
        if noted and self._up and self.running and not self.frozen:
            wait_until(lambda: self.eval(_ALL_NOTED) == "true", 30, "all quorum queues to be noted on disk", 0.1)
        super().kill()

    def close(self) -> None:
        self._up = False
        super().close()

    def _ended(self) -> None:
        self._up = False
        Epmd.leave(self.epmd_port, id(self))

    def _write_settings(self) -> None:
        for name in ("home", "conf.d", "log", "generated"):
            (self._folder / name).mkdir(exist_ok=True)
        cookie = self._folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(_COOKIE)
            cookie.chmod(0o400)
        plugins = self._folder / "enabled_plugins"
        if not plugins.exists():
            plugins.write_text(f"[{','.join(self._plugins)}].\n")
        lines = [
            "log.console = true",
            "log.console.use_colors = off",
            "log.file = false",
            "disk_free_limit.absolute = 50MB",
        ]
        if self._manages:
            lines += ["management.tcp.ip = 127.0.0.1", f"management.tcp.port = {self.management_port}"]
        if "rabbitmq_prometheus" in self._plugins:
            lines += ["prometheus.tcp.ip = 127.0.0.1", f"prometheus.tcp.port = {self.prometheus_port}"]
        if self._denies_transient_queues():
            # Debian permits what upstream denies. A page must not pass here and fail for its reader.
            lines.append("deprecated_features.permit.transient_nonexcl_queues = false")
        (self._folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        if self._config is not None:
            (self._folder / "conf.d" / "50-reader.conf").write_text(self._config)

    @staticmethod
    def _denies_transient_queues() -> bool:
        """True from RabbitMQ 4.3 on, where upstream's default for transient non-exclusive queues turned to denial."""
        root = Provision.from_env().root
        found = sorted((root / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*")) if root else []
        if not found:
            raise ServerError(f"no RabbitMQ in {root}: delete that folder and run again")
        major, minor = found[0].name.removeprefix("rabbitmq_server-").split(".")[:2]
        return (int(major), int(minor)) >= (4, 3)

    @property
    def _manages(self) -> bool:
        return "rabbitmq_management" in self._plugins

    def ready(self) -> bool:
        """True when the port answers and the node says that it runs; without management plugin, when AMQP is spoken."""
        if not self._manages:
            return self._speaks_amqp()
        if not listening(self.port):  # says nothing: half a handshake would leave a warning in the log
            return False
        try:
            nodes = self.api("GET", "nodes", timeout=5)
        except (OSError, ServerError):
            return False
        # The port of a starting cluster member may answer before the node counts itself as running.
        return any(node.get("running") for node in nodes if self.is_this(node["name"]))

    def is_this(self, node: str) -> bool:
        """Whether a node of the cluster, by its name, is the one this object owns."""
        return node == self.nodename

    def _speaks_amqp(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as s:
                s.sendall(b"AMQP\x00\x00\x09\x01")
                return s.recv(1) == b"\x01"  # a method frame: connection.start
        except OSError:
            return False

    @property
    def pids(self) -> list[int]:
        return [self.pid, Epmd.shared_pid(self.epmd_port)]

    # --- talking to it ---

    def ctl(self, *args: str, timeout: float = 60) -> str:
        """Run rabbitmqctl against this broker, return what it prints. Raises ServerError when it fails or hangs."""
        return self._tool(["rabbitmqctl", "--quiet", *args], f"rabbitmqctl {' '.join(args)}", timeout)

    def eval(self, expression: str) -> str:
        """Evaluate Erlang expressions in the broker, return the value of the last as Erlang writes it.

        What `rabbitmqctl eval` does without its half second of work, so that a test may wait for what only the broker
        knows. Raises ServerError with what Erlang said.
        """
        what = f"erl_call: {expression}"
        words = ["erl_call", "-n", self.nodename, "-e"]
        said = self._tool(words, what, 60, f'lists:flatten(io_lib:format("~0p", [begin {expression} end])).\n')
        if found := re.fullmatch(r"\{ok, \"(.*)\"\}\s*", said):  # with nothing escaped
            return found[1]
        raise ServerError(f"`{what}` failed: {said.strip()}")

    def _tool(self, words: list[str], what: str, timeout: float, stdin: str = "") -> str:
        try:
            done = subprocess.run(
                words,
                capture_output=True, text=True, timeout=timeout, input=stdin, check=False,
                env={**os.environ, **self.tool_environment()},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ServerError(f"`{what}` did not answer within {timeout:g} s") from None
        if done.returncode:
            raise ServerError(f"`{what}` failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def api(self, method: str, path: str, json_body: Any = None, timeout: float = 60) -> Any:
        """Call the management API, for instance `api("GET", "queues/%2F")`; the decoded answer, None if empty.

        Raises ServerError with the answer of the broker for any status from 400 on; OSError when nobody answers.
        """
        request = urllib.request.Request(
            f"http://localhost:{self.management_port}/api/{path}",
            method=method,
            data=None if json_body is None else json.dumps(json_body).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(b"guest:guest").decode(),
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                body = response.read()
        except urllib.error.HTTPError as error:
            raise ServerError(
                f"{method} /api/{path}: {error.code} {error.read(300).decode(errors='replace')}"
            ) from None
        return json.loads(body) if body else None

    def queue_depth(self, name: str, vhost: str = "/") -> int:
        """Messages of a queue that are ready for delivery, exact at this moment (the API's numbers lag by seconds)."""
        import pika

        parameters = pika.ConnectionParameters(
            "localhost", self.port, vhost, blocked_connection_timeout=10, socket_timeout=10
        )
        with contextlib.closing(pika.BlockingConnection(parameters)) as connection:
            return int(connection.channel().queue_declare(name, passive=True).method.message_count)

    def counts(self, name: str) -> tuple[int, int]:
        """Messages of a queue of "/" that are ready, and that are unacknowledged, exact at this moment; (0, 0) where
        there is no such queue."""
        found = self.eval(
            f'case rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"{name}">>)) of {{ok, Q}} -> '
            "rabbit_amqqueue:info(Q, [messages_ready, messages_unacknowledged]); _ -> [{none,0}, {none,0}] end"
        )
        ready, unacknowledged = map(int, re.findall(r"\d+", found))
        return ready, unacknowledged

    def await_queue(self, name: str, ready: int, unacknowledged: int, timeout: float) -> None:
        """Wait until a queue of "/" holds so many messages. Raises WaitError after `timeout` s."""
        what = f"{ready} ready and {unacknowledged} unacknowledged messages in {name}"
        wait_until(lambda: self.counts(name) == (ready, unacknowledged), timeout, what, 0.1)

    def await_noted(self, name: str, system: str = "quorum_queues", timeout: float = 30) -> None:
        """Wait until the broker has noted on disk that the Raft system has a member `name` ("%2F_orders" is the queue
        "orders" of "/"). It does so a moment after a declaration, and killed before that, it may forget the queue.

        Raises WaitError after `timeout` s.
        """
        read = f'#{{data_dir := D}} = ra_system:fetch({system}), {{ok, B}} = file:read_file(D ++ "/names.dets")'
        asked = f'{read}, binary:match(B, <<"{name}">>) =/= nomatch'
        wait_until(lambda: self.eval(asked) == "true", timeout, f"{name} to be noted on disk", 0.1)

    def reset(self) -> None:
        """Make the broker as new for the next test: only the virtual host "/", empty, and only the user guest.

        "/" is deleted and made anew: that ends every connection to it and takes queues (also exclusive ones, which
        nobody else may delete), exchanges, policies and shovels along, in one call.
        """
        for user in self.api("GET", "users"):
            if user["name"] != "guest":
                self.api("DELETE", f"users/{quote(user['name'], safe='')}")
        for vhost in self.api("GET", "vhosts"):
            self.api("DELETE", f"vhosts/{quote(vhost['name'], safe='')}")
        self.api("PUT", "vhosts/%2F")
        self.api("PUT", "permissions/%2F/guest", {"configure": ".*", "write": ".*", "read": ".*"})

    @property
    def version(self) -> str:
        if found := re.search(r"Starting RabbitMQ ([\d.]+)", self.log.read_text(errors="replace")):
            return found[1]
        return str(self.api("GET", "overview")["rabbitmq_version"])
