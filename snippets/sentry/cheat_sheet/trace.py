import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", traces_sample_rate=1.0)  # all: only to try


@sentry_sdk.trace
def price(what: str) -> int:
    return {"tea": 3}[what]


with sentry_sdk.start_transaction(op="task", name="nightly report") as transaction:
    with sentry_sdk.start_span(op="report", name="sum up") as span:
        span.set_data("orders", 20)
        price("tea")
    headers = dict(transaction.iter_headers())  # pass on to continue the trace

print(sorted(headers))
#> ['baggage', 'sentry-trace']
sentry_sdk.flush(timeout=5)
