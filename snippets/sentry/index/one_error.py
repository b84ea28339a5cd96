import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="production")

try:
    share = 90 / 0
except ZeroDivisionError as error:
    sentry_sdk.capture_exception(error)
sentry_sdk.flush(timeout=5)
