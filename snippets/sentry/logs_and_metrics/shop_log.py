import sentry_sdk

sentry_sdk.init(release="shop@1.4.0", traces_sample_rate=1.0)

with sentry_sdk.start_transaction(op="task", name="checkout"):
    sentry_sdk.logger.info(
        "order {order} was paid by {method}", order=1001, method="card"
    )
    sentry_sdk.logger.warning("stock is low", attributes={"item": "tea", "left": 2})
