import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="development")

try:
    share = 90 / 0
except ZeroDivisionError as error:
    event_id = sentry_sdk.capture_exception(error)
    print("the bill was not split; report", event_id)
