import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)

with sentry_sdk.start_transaction(op="task", name="import catalogue"):
    for _ in range(1500):
        with sentry_sdk.start_span(op="import.row", name="row"):
            pass
