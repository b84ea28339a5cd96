"""A proxy that knows where one command ends: it loses, cuts or has refused the n-th command of a client.

Redis (RESP 2 and 3) and AMQP 0-9-1 are understood as far as that needs: where a message begins and ends, and its name.
Handshakes are forwarded and not counted, so command 1 is the first that the program itself asked for.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from harness import HarnessError

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, 0 s
_ANSWER = 2.0  # seconds: how long the answer to the chosen command may take; some commands have none


class _Buffer:
    """Reads a socket and keeps every byte that a message took, so that it can be forwarded as it came."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = b""
        self.taken = b""

    def exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            data = self._connection.recv(65536)
            if not data:
                raise EOFError
            self._held += data
        found, self._held = self._held[:count], self._held[count:]
        self.taken += found
        return found

    def line(self) -> bytes:
        while b"\r\n" not in self._held:
            data = self._connection.recv(65536)
            if not data:
                raise EOFError
            self._held += data
        return self.exactly(self._held.index(b"\r\n") + 2)[:-2]

    def message(self) -> bytes:
        found, self.taken = self.taken, b""
        return found


class Redis:
    """RESP, as far as framing needs it."""

    handshake = frozenset({"HELLO", "AUTH", "CLIENT", "SELECT", "PING", "READONLY"})

    def request(self, source: _Buffer) -> str:
        """Read one command; return its name."""
        words = []
        for _ in range(int(source.line()[1:])):
            words.append(source.exactly(int(source.line()[1:])))
            source.exactly(2)
        name = words[0].decode(errors="replace").upper()
        return "" if name in self.handshake else name

    def answer(self, source: _Buffer) -> bool:
        """Read one reply; False for a push message, which answers no command."""
        head = source.line()
        kind, rest = head[:1], head[1:]
        if kind in b"$=!" and int(rest) >= 0:
            source.exactly(int(rest) + 2)
        elif kind in b"*~>" and int(rest) > 0:
            for _ in range(int(rest)):
                self.answer(source)
        elif kind in b"%|":
            for _ in range(2 * int(rest)):
                self.answer(source)
            if kind == b"|":  # attributes come before the reply that they describe
                return self.answer(source)
        return kind != b">"


class AMQP:
    """Frames of AMQP 0-9-1. A command is a method of the client; its content frames belong to it."""

    METHODS: ClassVar = {
        (20, 40): "channel.close", (40, 10): "exchange.declare", (50, 10): "queue.declare", (50, 20): "queue.bind",
        (50, 30): "queue.purge", (50, 40): "queue.delete", (60, 10): "basic.qos", (60, 20): "basic.consume",
        (60, 30): "basic.cancel", (60, 40): "basic.publish", (60, 70): "basic.get", (60, 80): "basic.ack",
        (60, 90): "basic.reject", (60, 120): "basic.nack", (85, 10): "confirm.select",
    }  # fmt: skip

    def __init__(self) -> None:
        self._greeted = False

    def request(self, source: _Buffer) -> str:
        if not self._greeted:
            source.exactly(8)  # "AMQP" and the version
            self._greeted = True
            return ""
        name = self._frame(source)
        if name == "basic.publish":
            left = struct.unpack(">Q", self._payload(source)[4:12])[0]
            while left:
                left -= len(self._payload(source))
        return name

    def answer(self, source: _Buffer) -> bool:
        kind, _, size = struct.unpack(">BHI", source.exactly(7))
        payload = source.exactly(size + 1)
        if kind != 1:
            return False
        # What the broker sends by itself (a delivery, a heartbeat) answers nothing; neither does the handshake.
        identity = struct.unpack(">HH", payload[:4])
        return identity[0] != 10 and identity not in {(60, 60), (20, 11)}

    def _frame(self, source: _Buffer) -> str:
        kind, _, size = struct.unpack(">BHI", source.exactly(7))
        payload = source.exactly(size + 1)
        return self.METHODS.get(struct.unpack(">HH", payload[:4]), "") if kind == 1 else ""

    @staticmethod
    def _payload(source: _Buffer) -> bytes:
        _, _, size = struct.unpack(">BHI", source.exactly(7))
        return source.exactly(size + 1)[:-1]


PROTOCOLS: dict[str, type[Redis] | type[AMQP]] = {"redis": Redis, "amqp": AMQP}


@dataclass
class Plan:
    """What happens at command number `nth`: "record" (nothing), "lost answer", "cut" or "refusal"."""

    fault: str
    nth: int = 0
    refuse: Callable[[], contextlib.AbstractContextManager[None]] | None = None
    commands: list[str] = field(default_factory=list)  # the names, in the order in which they came
    happened: threading.Event = field(default_factory=threading.Event)


class CommandProxy:
    """Forwards 127.0.0.1:`port` to `target_port` and makes one fault: see `arm`."""

    def __init__(self, port: int, target_port: int, protocol: str) -> None:
        self.port, self._target = port, target_port
        self._protocol = PROTOCOLS[protocol]
        self._plan = Plan("record")
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        try:
            self._listener = socket.create_server(("127.0.0.1", self.port))
        except OSError as error:
            raise HarnessError(f"the proxy cannot listen on port {self.port}: {error.strerror}") from None
        self._begin(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + 10
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise HarnessError(f"a thread of the proxy on port {self.port} did not end")

    def arm(self, plan: Plan) -> Plan:
        """Count commands from here on, and make the fault of `plan` once."""
        with self._lock:
            self._plan = plan
        return plan

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=10)
            except OSError:
                _reset(client)
                continue
            server.settimeout(None)
            self._open |= {client, server}
            for connection in (client, server):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._begin(self._serve, client, server)

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        line = _Line(client, server, self._protocol())
        self._begin(line.answers)
        try:
            while True:
                name = line.protocol.request(line.requests)
                message = line.requests.message()
                with self._lock:
                    plan = self._plan
                    if name:
                        plan.commands.append(name)
                    chosen = bool(name) and len(plan.commands) == plan.nth and not plan.happened.is_set()
                if not chosen or plan.fault == "record":
                    line.forward(message)
                elif plan.fault == "cut":
                    plan.happened.set()  # before the client can notice
                    _reset(client)
                    return
                elif plan.fault == "lost answer":
                    line.silent.set()
                    line.forward(message, wait=True)
                    plan.happened.set()  # before the client can notice
                    _reset(client)
                    return
                else:
                    assert plan.refuse is not None, "a refusal says how the server is made to refuse"
                    with plan.refuse():
                        line.forward(message, wait=True)
                    plan.happened.set()
        except (OSError, EOFError, ValueError):
            pass
        finally:
            line.close()
            self._open -= {client, server}


class _Line:
    """One client and its connection to the server."""

    def __init__(self, client: socket.socket, server: socket.socket, protocol: Redis | AMQP) -> None:
        self._client, self._server, self.protocol = client, server, protocol
        self.requests, self._replies = _Buffer(client), _Buffer(server)
        self.silent = threading.Event()  # answers are read and not passed on
        self._answered = threading.Condition()
        self._sent = self._got = 0

    def forward(self, message: bytes, *, wait: bool = False) -> None:
        """Send `message` on; with `wait`, return when the server has answered it, or has had the time to."""
        with self._answered:
            self._sent += 1
            wanted = self._got + 1
            if wait:  # what was sent before is answered first
                wanted = max(wanted, self._sent) if isinstance(self.protocol, Redis) else wanted
        self._server.sendall(message)
        if wait:
            with self._answered:
                self._answered.wait_for(lambda: self._got >= wanted, _ANSWER)

    def answers(self) -> None:
        try:
            while True:
                is_answer = self.protocol.answer(self._replies)
                message = self._replies.message()
                if not self.silent.is_set():
                    self._client.sendall(message)
                with self._answered:
                    self._got += is_answer
                    self._answered.notify_all()
        except (OSError, EOFError, ValueError):
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for connection in (self._client, self._server):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        connection.close()
