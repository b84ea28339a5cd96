import time

import sentry_sdk

sentry_sdk.init(shutdown_timeout=0)
for number in range(3):
    sentry_sdk.capture_message(f"order {number} failed")


def unsent(pending: int, timeout: float) -> None:
    print("not everything is sent, waiting for", timeout, "s at most")


began = time.monotonic()
answer = sentry_sdk.flush(timeout=1, callback=unsent)
print(f"flush returned {answer} after {time.monotonic() - began:.1f} s")
