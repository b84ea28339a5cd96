"""A real Spotlight: the development server that takes errors, traces, logs and metrics from a Sentry SDK.

It is started by a line of JavaScript and not by its command: the command reports its own errors to its makers.
"""

from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path
from typing import Any

from harness.lab.provision import Provision
from harness.lab.servers.base import Server, healthy
from harness.lab.servers.ingest import Item
from harness.process import wait_until

START = "import {{ setupSpotlight }} from '@spotlightjs/spotlight'; await setupSpotlight({{ port: {port} }});"


class Spotlight(Server):
    """Spotlight on PORT of all interfaces (it knows no other way); `sentry_sdk.init(spotlight=server.url)` sends to it.

    It keeps what arrives in memory, for as long as it runs.
    """

    name = "Spotlight"
    process_name = "MainThread"  # as Node.js calls itself
    start_timeout = 60.0

    def __init__(self, port: int = 8969, *, data: Path | None = None) -> None:
        super().__init__(port, data=data)
        self._installed = Provision.from_env().spotlight
        (self.data / "node_modules").symlink_to(self._installed / "app" / "node_modules")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/stream"

    def command(self) -> list[str | Path]:
        return [self._installed / "bin" / "node", "--input-type=module", "-e", START.format(port=self.port)]

    def ready(self) -> bool:
        return healthy(f"http://localhost:{self.port}/health")

    def envelopes(self) -> list[list[Item]]:
        """What it holds, envelope by envelope, in the order of arrival, read from its own event stream."""
        found = []
        with socket.create_connection(("localhost", self.port), timeout=5) as connection:
            connection.sendall(b"GET /stream HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
            connection.settimeout(0.5)  # the stream has no end: what is held comes at once
            body = b""
            try:
                while part := connection.recv(65536):
                    body += part
            except TimeoutError:
                pass
        for line in body.decode().splitlines():
            if line.startswith("data: ["):
                _, items = json.loads(line.removeprefix("data: "))
                found.append([Item(head["type"], head, payload) for head, payload in items])
        return found

    def items(self, kind: str) -> list[Any]:
        """The payloads of all items of one type ("event", "transaction", "log", "trace_metric")."""
        return [item.payload for envelope in self.envelopes() for item in envelope if item.type == kind]

    def wait_for(self, kind: str, count: int = 1, timeout: float = 20) -> list[Any]:
        """The payloads of this type, once `count` have arrived. Raises WaitError after `timeout` s."""
        wait_until(lambda: len(self.items(kind)) >= count, timeout, f"{count} items of type {kind} in Spotlight")
        return self.items(kind)

    def reset(self) -> None:
        """Forget everything."""
        request = urllib.request.Request(f"http://localhost:{self.port}/clear", method="DELETE")
        with urllib.request.urlopen(request, timeout=5):
            pass

    @property
    def version(self) -> str:
        package = self._installed / "app" / "node_modules" / "@spotlightjs" / "spotlight" / "package.json"
        return str(json.loads(package.read_text())["version"])
