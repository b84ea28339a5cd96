import os
import sys
import time

import sentry_sdk

sentry_sdk.init(shutdown_timeout=30)
for number in range(5):
    sentry_sdk.capture_message(f"parent {number}")
if "--flush" in sys.argv:
    sentry_sdk.flush(timeout=30)  # leave nothing behind that a child could inherit
else:
    time.sleep(0.5)  # the first is being sent, four are waiting

if os.fork() == 0:
    sentry_sdk.capture_message("child")
    sentry_sdk.flush(timeout=5)
    os._exit(0)
os.wait()
