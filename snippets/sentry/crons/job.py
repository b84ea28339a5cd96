import sys
import time

import sentry_sdk
from sentry_sdk import monitor

sentry_sdk.init(release="shop@1.4.0", environment="staging")
SCHEDULE = {
    "schedule": {"type": "crontab", "value": "0 3 * * *"},
    "timezone": "Asia/Karachi",
    "checkin_margin": 5,  # minutes: how late it may begin
    "max_runtime": 30,  # minutes: how long it may take
}


@monitor(monitor_slug="nightly-report", monitor_config=SCHEDULE)
def report(kind: str) -> None:
    if kind == "broken":
        raise ConnectionError("the database does not answer")
    time.sleep(60 if kind == "endless" else 0.2)


if __name__ == "__main__":
    report(sys.argv[1])
    print("report sent")
