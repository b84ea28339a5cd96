"""A receiver that takes what an SDK sends to Sentry and keeps every envelope, for what Bugsink does not store.

It is no Sentry server: it groups nothing and shows nothing. It proves what left the process, and it can misbehave.
Format of an envelope: https://develop.sentry.dev/sdk/data-model/envelopes/
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Item:
    """One item of an envelope: `type` ("event", "transaction", "span", "log", "check_in", "client_report", ...),
    its headers, and its payload: decoded JSON, or bytes when it is none (an attachment)."""

    type: str
    headers: dict[str, Any]
    payload: Any


@dataclass(frozen=True)
class Envelope:
    """What one request brought: the envelope's headers (event_id, dsn, trace, ...), its items, the request's headers
    in lower case."""

    headers: dict[str, Any]
    items: list[Item]
    request: dict[str, str] = field(repr=False)


def parse(body: bytes, request: dict[str, str] | None = None) -> Envelope:
    """Decode an envelope as it travels (uncompressed). Raises ValueError when it is none."""
    head, _, rest = body.partition(b"\n")
    headers, items = json.loads(head), []
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        item = json.loads(line)
        length = item.get("length")
        payload = rest.partition(b"\n")[0] if length is None else rest[:length]
        rest = rest[len(payload) + 1 :]
        try:
            value: Any = json.loads(payload)
        except ValueError:
            value = payload
        items.append(Item(item["type"], item, value))
    return Envelope(headers, items, request or {})


class Ingest:
    """Listens on 127.0.0.1:PORT. `status`, `reply_headers` and `delay` (seconds) say how it answers from now on."""

    name = "an envelope receiver"

    def __init__(self, port: int = 9000) -> None:
        self.port = port
        self.status = 200
        self.reply_headers: dict[str, str] = {}
        self.delay = 0.0
        self.envelopes: list[Envelope] = []
        self.requests = 0  # those it refused included
        self._arrived = threading.Condition()
        self._ended = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body leave in two writes: without it each answer takes 40 ms

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer._received(body, {name.lower(): value for name, value in self.headers.items()})
                outer._ended.wait(outer.delay)
                answer = b'{"id": ""}'
                try:
                    self.send_response(outer.status)
                    for name, value in outer.reply_headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:  # the client did not wait
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 128

        self._server = Listener(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def _received(self, body: bytes, headers: dict[str, str]) -> None:
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        with self._arrived:
            self.requests += 1
            if self.status < 400:
                self.envelopes.append(parse(body, headers))
            self._arrived.notify_all()

    def items(self, kind: str | None = None) -> list[Item]:
        """All items so far, or those of one type, in the order of arrival."""
        with self._arrived:
            return [item for envelope in self.envelopes for item in envelope.items if kind in (None, item.type)]

    def payloads(self, kind: str) -> list[Any]:
        """The payloads of all items of one type."""
        return [item.payload for item in self.items(kind)]

    def wait_for(self, kind: str, count: int = 1, timeout: float = 20) -> list[Any]:
        """The payloads of this type, once `count` of them have arrived. Raises AssertionError after `timeout` s."""
        deadline = time.monotonic() + timeout
        while len(found := self.payloads(kind)) < count:
            with self._arrived:
                left = deadline - time.monotonic()
                seen = [item.type for envelope in self.envelopes for item in envelope.items]
                assert left > 0, f"{len(found)} items of type {kind} after {timeout:g} s, expected {count}; got {seen}"
                self._arrived.wait(min(left, 0.5))
        return found

    def release(self) -> None:
        """From now on every request is answered at once, those that wait included."""
        self._ended.set()

    def close(self) -> None:
        """Stop listening; requests that wait are answered at once."""
        self.release()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
