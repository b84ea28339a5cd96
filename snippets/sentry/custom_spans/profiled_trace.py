import time

import sentry_sdk

sentry_sdk.init(
    traces_sample_rate=1.0,
    profile_session_sample_rate=1.0,
    profile_lifecycle="trace",  # while a sampled transaction runs
)


def sum_of_squares(limit: int) -> int:
    return sum(number * number for number in range(limit))


with sentry_sdk.start_transaction(op="task", name="monthly invoice"):
    until = time.monotonic() + 1
    while time.monotonic() < until:
        sum_of_squares(10_000)
