import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)

with sentry_sdk.start_transaction(op="task", name="import catalogue"):
    for first in range(0, 1500, 100):
        with sentry_sdk.start_span(op="import.batch", name="100 rows") as span:
            span.set_data("first_row", first)
            for _ in range(first, first + 100):
                pass  # the work on one row
