import signal
import sys
import time

import sentry_sdk

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the SDK sends what it has
sentry_sdk.init()

for number in range(50):
    sentry_sdk.logger.info("order {number} was paid", number=number)

print("50 orders are paid", flush=True)
time.sleep(float(sys.argv[1]))
