import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)


@sentry_sdk.trace
def total(prices: list[float]) -> float:
    return sum(prices)


with sentry_sdk.start_transaction(op="task", name="monthly invoice"):
    with sentry_sdk.start_span(op="invoice.collect", name="collect orders") as span:
        orders = [4.0, 9.5, 2.5]
        span.set_data("orders", len(orders))
    total(orders)
