import time

import sentry_sdk
from sentry_sdk.profiler import start_profiler, stop_profiler

sentry_sdk.init(profile_session_sample_rate=1.0, profile_lifecycle="manual")


def slow_sum(limit: int) -> int:
    return sum(number * number for number in range(limit))


start_profiler()
until = time.monotonic() + 1
while time.monotonic() < until:
    slow_sum(10_000)
stop_profiler()
time.sleep(2)
