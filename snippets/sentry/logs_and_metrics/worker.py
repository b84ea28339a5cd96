import sys
import time

import sentry_sdk

sentry_sdk.init()

for number in range(50):
    sentry_sdk.logger.info("order {number} was paid", number=number)
if "--flush" in sys.argv:
    sentry_sdk.flush(timeout=10)

print("50 orders are paid", flush=True)
time.sleep(float(sys.argv[1]))
