import sentry_sdk
from opentelemetry import trace
from sentry_sdk.integrations.otlp import OTLPIntegration

sentry_sdk.init(integrations=[OTLPIntegration()])
tracer = trace.get_tracer("shop")


def charge(order: int) -> None:
    with tracer.start_as_current_span("charge card"):
        raise ConnectionError(f"order {order}: the bank does not answer")


with tracer.start_as_current_span("place order"):
    sentry_sdk.capture_message("order 1001 received")
    try:
        charge(1001)
    except ConnectionError:
        sentry_sdk.capture_exception()
