import sentry_sdk


def ours(metric: dict, hint: dict) -> dict | None:
    return metric if metric["name"].startswith("shop.") else None


sentry_sdk.init(before_send_metric=ours)

for _ in range(200):  # a metric for each row
    sentry_sdk.metrics.count("shop.rows.one_by_one", 1)
sentry_sdk.metrics.count("shop.rows.at_once", 200)  # one for all of them
sentry_sdk.metrics.count("library.calls", 1)
