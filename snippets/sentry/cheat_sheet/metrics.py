import sentry_sdk
from sentry_sdk.crons import monitor

sentry_sdk.init(release="shop@1.0.0")

sentry_sdk.metrics.count("orders", 1, attributes={"shop": "lahore"})
sentry_sdk.metrics.distribution("basket", 23.5, unit="euro")


@monitor(monitor_slug="nightly-report")  # in_progress, then ok or error
def report() -> None:
    sentry_sdk.logger.info("report done")


report()
sentry_sdk.flush(timeout=5)
