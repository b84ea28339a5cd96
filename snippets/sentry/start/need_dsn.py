import os
import sys

import sentry_sdk

if not os.environ.get("SENTRY_DSN"):
    sys.exit("SENTRY_DSN is not set: errors would go unnoticed")

sentry_sdk.init(release="shop@1.0.0", environment="development")
event_id = sentry_sdk.capture_message("the shop has started")
sentry_sdk.flush(timeout=5)  # seconds; do not exit while it is being sent
print("event id:", event_id)
