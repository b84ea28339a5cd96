import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)

with sentry_sdk.start_span(op="invoice.collect", name="collect orders") as span:
    span.set_data("orders", 3)
