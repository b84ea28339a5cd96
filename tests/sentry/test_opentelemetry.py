"""What docs/sentry/opentelemetry.md promises."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from harness.lab.servers.bugsink import Bugsink
from harness.lab.servers.ingest import parse
from harness.proof.runners.tables import Cell, Label, table

PAGE = "sentry/opentelemetry"
NEEDED = ("requests",)  # what the exporter sends with
ENVELOPES, SPANS = "/api/1/envelope/", "/api/1/integration/otlp/v1/traces/"

# What the SDK's own integrations add to a request that a program sends.
NO_HEADERS = """
import sentry_sdk
from opentelemetry import trace
from sentry_sdk.integrations.otlp import OTLPIntegration

sentry_sdk.init(integrations=[OTLPIntegration(setup_otlp_traces_exporter=False)])
with trace.get_tracer("shop").start_as_current_span("call"):
    print(dict(sentry_sdk.get_current_scope().iter_trace_propagation_headers()))
"""


class Receiver:
    """Keeps what comes to the two addresses of a Sentry server: items of envelopes, and spans of OpenTelemetry."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.spans: list[Any] = []
        self.keys: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Content-Encoding"] == "gzip":
                    body = gzip.decompress(body)
                known = self.path in (ENVELOPES, SPANS)
                if known:
                    outer.keys.add(self.headers["X-Sentry-Auth"].partition("sentry_key=")[2].split(",")[0])
                    outer.took(self.path, body)
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 9000), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def took(self, path: str, body: bytes) -> None:
        if path == ENVELOPES:
            self.items += parse(body).items
            return
        request = ExportTraceServiceRequest.FromString(body)
        self.spans += [
            span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans
        ]

    def events(self) -> list[dict[str, Any]]:
        return [item.payload for item in self.items if item.type == "event"]

    def clear(self) -> None:
        self.items, self.spans = [], []


@pytest.fixture
def receiver(servers) -> Iterator[Receiver]:
    servers.stop(Bugsink)
    servers.need_port(9000)
    started = Receiver()
    yield started
    started.server.shutdown()
    started.server.server_close()


def title(event: dict[str, Any]) -> str:
    return event["exception"]["values"][-1]["type"] if "exception" in event else event["message"]


def test_errors_carry_the_trace_and_span_of_opentelemetry(shop, receiver, captured):
    shop.run("python", "order.py")
    spans = {span.span_id.hex(): span for span in receiver.spans}
    assert sorted(span.name for span in spans.values()) == ["charge card", "place order"]
    assert len({span.trace_id for span in spans.values()}) == 1
    rows = []
    for event in receiver.events():
        context = event["contexts"]["trace"]
        span = spans[context["span_id"]]
        assert span.trace_id.hex() == context["trace_id"]
        rows.append((f"event *{title(event)}*", Label("envelope"), Cell(span.name)))
    for span in sorted(spans.values(), key=lambda one: one.name == "charge card"):
        parent = spans[span.parent_span_id.hex()].name if span.parent_span_id else None
        rows.append((f"span *{span.name}*", Label("OTLP"), Cell(parent) if parent else Label("none")))
    captured(f"{PAGE}/order.table", table(("Arrived", "As", "In the span"), *rows))
    assert [title(event) for event in receiver.events()] == ["order 1001 received", "ConnectionError"]


def test_opentelemetry_alone_sends_spans_with_two_variables(shop, shell, receiver):
    assert shell(f"{PAGE}/env.sh").strip() == "order 1001 placed"
    (span,) = receiver.spans
    assert span.name == "place order"
    assert receiver.keys == {"5e1f0c7d9a3b4826b7c04d5e6f718293"}
    assert receiver.items == []


def test_which_services_are_in_one_trace(shop, captured):
    said = shop.run("python", "propagators.py")
    captured(f"{PAGE}/propagators.table", said)
    cells = [line.split(" | ") for line in said.splitlines()]
    pairs = {
        (row[0], head.removeprefix("→ ")): cell for row in cells[1:] for head, cell in zip(cells[0], row, strict=True)
    }
    assert {pairs["both propagators", kind] for kind in ("Sentry SDK", "OpenTelemetry", "`OTLPIntegration`")} == {
        "one trace"
    }
    assert shop.run("python", "-c", NO_HEADERS).strip() == "{}", "the SDK leaves headers to OpenTelemetry"
    assert pairs["OpenTelemetry", "`OTLPIntegration`"] == pairs["Sentry SDK", "OpenTelemetry"] == "two"


def test_both_propagators_send_both_headers(shop, receiver, captured):
    captured(f"{PAGE}/both.txt", shop.run("python", "both.py"))
    (span,) = receiver.spans
    assert span.name == "place order"


def test_what_the_options_of_the_sdk_do_not_reach(shop, receiver, captured):
    rows = []
    for how, title_, env in (
        ("plain", "`OTLPIntegration()`", {}),
        ("exceptions", "`capture_exceptions=True`", {}),
        ("two_tracers", "and `traces_sample_rate=1.0`", {}),
        ("plain", "`OTEL_TRACES_SAMPLER=always_off`", {"OTEL_TRACES_SAMPLER": "always_off"}),
    ):
        receiver.clear()
        shop.run("python", "mixed.py", how, env=env)
        events = receiver.events()
        traces = {event["contexts"]["trace"]["trace_id"] for event in events}
        traces |= {span.trace_id.hex() for span in receiver.spans}
        transactions = [item for item in receiver.items if item.type == "transaction"]
        values = [one.value.string_value for span in receiver.spans for one in span.attributes if one.key == "password"]
        assert values in (["hunter2"], []), "no scrubber of the SDK sees it"
        assert bool(values) == bool(receiver.spans)
        rows.append((title_, *map(Cell, (len(events), len(receiver.spans), len(transactions), len(traces)))))
    head = ("Setting", "Events", "Spans over OTLP", "Transactions of the SDK", "Traces")
    captured(f"{PAGE}/mixed.table", table(head, *rows))
    assert [row[1].value for row in rows] == [1, 2, 1, 1]
    assert [row[2].value for row in rows] == [2, 2, 2, 0]
    assert rows[2][3].value == 1
    assert rows[2][4].value == 2, "the error is in the trace of the SDK, the spans are in another"


def test_bugsink_does_not_take_spans(shop, project, captured):
    said = shop.run("python", "order.py")
    (line,) = {line for line in said.splitlines() if line.startswith("Failed to export")}
    captured(f"{PAGE}/bugsink.txt", line)
    assert len(project.events()) == 2
