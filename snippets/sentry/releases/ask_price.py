import sentry_sdk

sentry_sdk.init()  # the release comes from SENTRY_RELEASE
try:
    raise LookupError("no price for gold")
except LookupError as error:
    sentry_sdk.capture_exception(error)
    print("no price, reported as", sentry_sdk.get_client().options["release"])
