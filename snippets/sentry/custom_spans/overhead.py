import sys
import time

import sentry_sdk

rate = {"none": None, "dropped": 0.0, "kept": 1.0}[sys.argv[1]]
if rate is not None:
    sentry_sdk.init(traces_sample_rate=rate)


def one_row() -> int:
    return sum(range(500))


def with_span() -> int:
    with sentry_sdk.start_span(op="import.row", name="row"):
        return one_row()


work = one_row if rate is None else with_span
began = time.perf_counter()
for _ in range(3):
    with sentry_sdk.start_transaction(op="task", name="import catalogue"):
        for _ in range(1000):
            work()
print(time.perf_counter() - began)
