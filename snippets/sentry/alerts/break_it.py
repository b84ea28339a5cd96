import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="production")

stock = {"tea": 3}
try:
    stock["salt"] -= 1
except KeyError as error:
    sentry_sdk.capture_exception(error)
sentry_sdk.flush()
