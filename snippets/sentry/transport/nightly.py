import sys

import sentry_sdk

sentry_sdk.init()


def import_order(number: int) -> None:
    raise ValueError(f"order {number} has no address")


for number in range(20):
    try:
        import_order(number)
    except ValueError as error:
        sentry_sdk.capture_exception(error)
if "--flush" in sys.argv:
    sentry_sdk.flush(timeout=60)  # seconds; ends as soon as all is sent
print("20 orders failed")
