"""What docs/sentry/aws-lambda.md promises: AWS's own runtime client runs the functions, and a Runtime API of ours
gives it events."""

import json
import queue
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest

from harness.proof.runners.tables import Cell, Label, table

PAGE = "sentry/aws_lambda"
LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "shop",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/shop",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/30",
    "AWS_REGION": "eu-central-1",
}
# What a killed process ran was not measured: the same lines run once more here.
DIRECTLY = """
import contextlib, types, plain, shop

for module in (plain, shop):
    module.time = types.SimpleNamespace(sleep=lambda seconds: None)
    for order in ("logged", "slow"):
        assert module.handler({"order": order}, None) == {"order": order}
    with contextlib.suppress(LookupError):
        module.handler({"order": "unknown"}, None)
"""
CASES = {
    "1001": "returns",
    "logged": "logs an error and returns",
    "unknown": "raises",
    "slow": "is still running 1.5 seconds before its timeout",
}

NEXT = "/2018-06-01/runtime/invocation/next"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:shop"


class RuntimeApi:
    """The Runtime API of Lambda, as far as AWS's client calls it: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

    `send` gives the function an event; `end` says how it ended: ("response", value), ("error", ...) or ("init", ...).
    """

    def __init__(self, port: int = 9001) -> None:
        self.address = f"127.0.0.1:{port}"
        self._events: queue.Queue[tuple[str, Any, float]] = queue.Queue()
        self._ends: queue.Queue[tuple[str, Any]] = queue.Queue()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                assert self.path == NEXT, self.path
                while not (outer._events.qsize() and self.is_there()):
                    if not self.is_there():  # the function was killed while it waited: the event is for the next one
                        self.close_connection = True
                        return
                    time.sleep(0.02)
                name, event, seconds = outer._events.get()
                self.answer(
                    200,
                    json.dumps(event).encode(),
                    {
                        "Lambda-Runtime-Aws-Request-Id": name,
                        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
                        "Lambda-Runtime-Invoked-Function-Arn": ARN,
                    },
                )

            def is_there(self) -> bool:
                """Whether the client has not closed its connection; it sends nothing while it waits for an answer."""
                readable, _, _ = select.select([self.connection], [], [], 0)
                return not readable or bool(self.connection.recv(1, socket.MSG_PEEK))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
                kind = self.path.rpartition("/")[2]
                self.answer(202, b'{"status": "OK"}', {})
                outer._ends.put(("init", body) if "/init/" in self.path else (kind, body))

            def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {
                    **headers,
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Listener(("127.0.0.1", port), Handler)

    def start(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def send(self, event: Any, seconds: float = 60) -> None:
        """Give the function an event, and `seconds` until its deadline. Nothing here ends a function that is late."""
        self._events.put((f"request-{id(event)}", event, seconds))

    def end(self, timeout: float = 30) -> tuple[str, Any]:
        """How the next invocation ended. Raises queue.Empty after `timeout` seconds."""
        return self._ends.get(timeout=timeout)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    started = RuntimeApi().start()
    yield started
    started.close()


@pytest.fixture
def function(shop, api) -> Callable:
    return lambda name: shop.start(
        "python", "-m", "awslambdaric", f"{name}.handler", env={**LAMBDA, "AWS_LAMBDA_RUNTIME_API": api.address}
    )


def test_integration_reports_errors_and_late_functions(shop, api, function, ingest, captured):
    found = {}
    for name in ("plain", "shop"):
        process = function(name)
        for order in CASES:
            ingest.envelopes = []
            api.send({"order": order}, seconds=3.5 if order == "slow" else 900)
            end, value = api.end()
            events = ingest.wait_for("event") if order == "logged" else ingest.payloads("event")
            found[name, order] = (end, events)
            if order == "unknown":
                assert (end, value["errorType"]) == ("error", "LookupError"), "AWS's runtime reports it to Lambda"
            else:
                assert (end, value) == ("response", {"order": order})
        process.kill()

    def seen(name: str, order: str) -> Cell | Label:
        _, events = found[name, order]
        if not events:
            return Label("none")
        (event,) = events
        return Cell(event["exception"]["values"][-1]["type"] if "exception" in event else event["logger"])

    rows = [(what, seen("plain", order), seen("shop", order)) for order, what in CASES.items()]
    head = ("The function", "Event with `init()` only", "With `AwsLambdaIntegration`")
    captured(f"{PAGE}/cases.table", table(head, *rows))
    assert not found["plain", "unknown"][1]
    (event,) = found["shop", "unknown"][1]
    assert event["transaction"] == "shop"
    (late,) = found["shop", "slow"][1]
    captured(f"{PAGE}/late.txt", late["exception"]["values"][-1]["value"].partition(" Configured")[0])
    names = sorted(event["extra"]["lambda"])
    captured(f"{PAGE}/context.txt", "\n".join(names))


def test_error_while_the_module_is_imported_is_reported(shop, api, function, ingest):
    function("broken")
    end, value = api.end()
    assert (end, value["errorType"]) == ("init", "RuntimeError")
    (event,) = ingest.wait_for("event")
    assert event["exception"]["values"][-1]["value"] == "no settings for the shop"


def test_elsewhere_the_integration_is_off(shop, ingest, captured):
    said = shop.run("python", "-c", DIRECTLY, env={"SENTRY_DEBUG": "1"})
    (line,) = {line.partition("WARNING: ")[2] for line in said.splitlines() if "Not running in AWS Lambda" in line}
    captured(f"{PAGE}/elsewhere.txt", line)
