"""Report errors, end in one of several ways: python report_many.py COUNT ENDING"""

import os
import signal
import sys
import time
from collections import Counter

import sentry_sdk
from sentry_sdk.transport import HttpTransport

count, ending = int(sys.argv[1]), sys.argv[2]
lost: Counter[str] = Counter()


class CountingTransport(HttpTransport):
    """Sends as usual, and counts the errors that the SDK knows to be lost."""

    def record_lost_event(self, reason, data_category=None, item=None, *, quantity=1):
        if (data_category or item.data_category) == "error":
            lost[reason] += quantity
        super().record_lost_event(reason, data_category, item, quantity=quantity)


sentry_sdk.init(
    transport=CountingTransport,
    auto_enabling_integrations=False,  # nothing to watch here, and a faster start
    shutdown_timeout=float(os.environ.get("SHUTDOWN_TIMEOUT", "2")),
)
if ending == "handler":  # sys.exit runs what is registered with atexit, and the SDK is
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for number in range(count):
    sentry_sdk.capture_message(f"order {number} failed")
print("made:", count, flush=True)

if ending == "flush":
    sentry_sdk.flush(timeout=30)
elif ending == "_exit":
    while not os.path.exists("leave"):
        time.sleep(0.01)
    os._exit(0)
elif ending in ("wait", "handler"):
    time.sleep(60)  # until a signal comes
print("known to be lost:", dict(lost), flush=True)
