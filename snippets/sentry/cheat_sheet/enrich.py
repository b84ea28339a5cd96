import sentry_sdk

sentry_sdk.init(release="shop@1.0.0")

sentry_sdk.set_tag("shop", "lahore")  # few values; you search and count by it
sentry_sdk.set_user({"id": "17"})  # no name, no address
sentry_sdk.set_context("order", {"number": 1001, "items": 2})  # only shown

with sentry_sdk.new_scope() as scope:  # for this block only
    scope.set_tag("payment", "card")
    scope.fingerprint = ["payment-provider-down"]  # one issue for all of these
    sentry_sdk.capture_message("payment failed", level="error")

sentry_sdk.capture_message("second")  # without the tag "payment"
sentry_sdk.flush(timeout=5)
