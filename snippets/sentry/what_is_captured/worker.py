import signal
import sys
from types import FrameType

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)


def time_is_up(number: int, frame: FrameType | None) -> None:
    sys.exit(1)


def make_report(customer: str) -> None:
    print("working", flush=True)
    signal.pause()  # stands for a query that never returns


signal.signal(signal.SIGABRT, time_is_up)
make_report("Amina")
