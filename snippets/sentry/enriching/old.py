import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
with sentry_sdk.configure_scope() as scope:
    scope.set_tag("payment", "card")
