import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="development")
print("initialized:", sentry_sdk.is_initialized())
print("event id:", sentry_sdk.capture_message("the shop has started"))
