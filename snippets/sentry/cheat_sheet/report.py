import sentry_sdk

sentry_sdk.init(release="shop@1.0.0")

try:
    {"tea": 3}["salt"]
except KeyError as error:
    event_id = sentry_sdk.capture_exception(error)  # an issue; None without DSN

sentry_sdk.capture_message("stock is low", level="warning")  # an issue, too
sentry_sdk.logger.warning("stock of {what} is low", what="tea")  # a log, no issue
sentry_sdk.add_breadcrumb(category="cart", message="2 tea")  # waits for an event
sentry_sdk.flush(timeout=5)
