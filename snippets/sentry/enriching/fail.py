import sys

import sentry_sdk

sentry_sdk.init(release=f"shop@{sys.argv[1]}", auto_enabling_integrations=False)

sentry_sdk.capture_exception(ValueError("card declined"))
sentry_sdk.flush(timeout=10)
