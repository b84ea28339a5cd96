import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
sentry_sdk.get_global_scope().set_tag("branch", "berlin")
sentry_sdk.set_tag("job", "nightly")

with sentry_sdk.new_scope() as scope:
    scope.set_tag("order", "1001")
    sentry_sdk.set_tag("careless", "1001")
    sentry_sdk.capture_message("in the block")

sentry_sdk.capture_message("after the block")

with sentry_sdk.isolation_scope():
    sentry_sdk.set_tag("careless", "1002")
    sentry_sdk.capture_message("in isolation")

sentry_sdk.capture_message("at the end")
