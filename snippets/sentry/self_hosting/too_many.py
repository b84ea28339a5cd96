from pathlib import Path

import sentry_sdk

sentry_sdk.init(dsn=Path("dsn.txt").read_text().strip())
for number in range(30):
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = ["orders"]
        sentry_sdk.capture_message(f"order {number}")
    sentry_sdk.flush(timeout=10)  # one after the other
