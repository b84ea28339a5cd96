"""Ends the same work in different ways: `python mixed.py SETTING`."""

import sys
from typing import Any

import sentry_sdk
from opentelemetry import trace
from sentry_sdk.integrations.otlp import OTLPIntegration

OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "exceptions": {"capture_exceptions": True},
}
how = sys.argv[1]
sentry_sdk.init(
    traces_sample_rate=1.0 if how == "two_tracers" else None,
    integrations=[OTLPIntegration(**OPTIONS.get(how, {}))],
)
tracer = trace.get_tracer("shop")


def work() -> None:
    with tracer.start_as_current_span("place order") as span:
        span.set_attribute("password", "hunter2")
        try:
            with tracer.start_as_current_span("charge card"):
                raise ConnectionError("the bank does not answer")
        except ConnectionError:
            print("order 1001 waits")
        sentry_sdk.capture_message("order 1001 waits")


with sentry_sdk.start_transaction(name="order 1001"):
    work()
