import warnings

import sentry_sdk

warnings.simplefilter("default", DeprecationWarning)
sentry_sdk.init(auto_enabling_integrations=False)

with sentry_sdk.configure_scope() as scope:
    scope.set_tag("payment", "card")
sentry_sdk.capture_message("order 1001 placed")
sentry_sdk.flush(timeout=10)
