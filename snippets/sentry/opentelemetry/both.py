import sentry_sdk
from opentelemetry import propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sentry_sdk.integrations.otlp import OTLPIntegration, SentryOTLPPropagator

sentry_sdk.init(integrations=[OTLPIntegration(setup_propagator=False)])
propagate.set_global_textmap(
    CompositePropagator(
        [
            TraceContextTextMapPropagator(),
            W3CBaggagePropagator(),
            SentryOTLPPropagator(),
        ]
    )
)

headers: dict[str, str] = {}
with trace.get_tracer("shop").start_as_current_span("place order"):
    propagate.inject(headers)
print(sorted(headers))
#> ['sentry-trace', 'traceparent']
