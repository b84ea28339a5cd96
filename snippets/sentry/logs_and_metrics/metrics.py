import sentry_sdk

sentry_sdk.init(release="shop@1.4.0")

sentry_sdk.metrics.count("orders.paid", 1, attributes={"method": "card"})
sentry_sdk.metrics.gauge("queue.length", 17)
sentry_sdk.metrics.distribution("payment.took", 187.5, unit="millisecond")
