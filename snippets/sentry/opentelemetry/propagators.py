"""Prints which caller and which callee are in one trace."""

import sentry_sdk
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sentry_sdk.integrations.otlp import OTLPIntegration, SentryOTLPPropagator

OTEL, OTLP = TraceContextTextMapPropagator(), SentryOTLPPropagator()
KINDS: dict[str, TextMapPropagator | None] = {
    "Sentry SDK": None,
    "OpenTelemetry": OTEL,
    "`OTLPIntegration`": OTLP,
    "both propagators": CompositePropagator([OTEL, OTLP]),
}
sentry_sdk.init(
    "http://key@localhost:9000/1",
    traces_sample_rate=1.0,
    transport=lambda envelope: None,  # nothing is sent
    integrations=[OTLPIntegration(setup_otlp_traces_exporter=False)],
)
tracer = TracerProvider().get_tracer("shop")


def trace_id(span: Span) -> str:
    return format_trace_id(span.get_span_context().trace_id)


def call(propagator: TextMapPropagator | None) -> tuple[str, dict[str, str]]:
    """The id of a new trace, and the headers that go with the request."""
    if propagator is None:
        with sentry_sdk.start_transaction(name="call") as transaction:
            return transaction.trace_id, dict(transaction.iter_headers())
    with tracer.start_as_current_span("call") as span:
        headers = {}
        propagator.inject(headers)
        return trace_id(span), headers


def answer(propagator: TextMapPropagator | None, headers: dict[str, str]) -> str:
    """The id of the trace in which the callee works."""
    if propagator is None:
        with sentry_sdk.isolation_scope():
            return sentry_sdk.continue_trace(headers).trace_id
    with tracer.start_as_current_span("answer", propagator.extract(headers)) as span:
        return trace_id(span)


print("Caller", *(f"→ {kind}" for kind in KINDS), sep=" | ")
for kind, caller in KINDS.items():
    mine, headers = call(caller)
    same = [answer(callee, headers) == mine for callee in KINDS.values()]
    print(kind, *("one trace" if one else "two" for one in same), sep=" | ")
