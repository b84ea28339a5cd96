import sentry_sdk
from sentry_sdk.traces import start_span

sentry_sdk.init(traces_sample_rate=1.0, trace_lifecycle="stream")

with start_span(name="nightly report") as report:
    with start_span(name="count orders", attributes={"shop.orders": 17}):
        pass  # the work
    report.set_attribute("shop.pages", 3)
