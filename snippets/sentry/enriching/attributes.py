import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)

sentry_sdk.set_tag("tag", "lahore")
sentry_sdk.set_attribute("attribute", "lahore")

with sentry_sdk.start_transaction(op="task", name="report"):
    sentry_sdk.capture_message("sold out")
    sentry_sdk.logger.info("sold out")
    sentry_sdk.metrics.count("sold_out", 1)

sentry_sdk.flush(timeout=5)
