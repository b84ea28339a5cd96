import time

import sentry_sdk
from sentry_sdk.profiler import start_profiler, stop_profiler
from sentry_sdk.profiler.continuous_profiler import teardown_continuous_profiler

sentry_sdk.init(profile_session_sample_rate=1.0, profile_lifecycle="manual")


def sum_of_squares(limit: int) -> int:
    return sum(number * number for number in range(limit))


start_profiler()
until = time.monotonic() + 1
while time.monotonic() < until:
    sum_of_squares(10_000)
stop_profiler()
teardown_continuous_profiler()  # waits for the profiler's thread; stop does not
sentry_sdk.flush(timeout=10)
