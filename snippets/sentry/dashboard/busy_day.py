"""Sends the errors of one made-up morning.

Release 1.5.0, deployed at 11:00, breaks the checkout.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import sentry_sdk

sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], auto_enabling_integrations=False)
midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
OLD, NEW = "shop@1.4.0", "shop@1.5.0"


def checkout(order: dict[str, Any]) -> int:
    return sum(line["price"] for line in order["lines"])


def find_voucher(code: str) -> str:
    raise LookupError(f"no such voucher: {code}")


def report(
    hour: int, minute: int, release: str, user: str | None, where: str = "production"
) -> None:
    when = midnight + timedelta(days=-1, hours=hour, minutes=minute)

    def then(event: Any, hint: Any) -> Any:
        return event | {"timestamp": when, "release": release, "environment": where}

    with sentry_sdk.isolation_scope() as scope:
        scope.add_event_processor(then)
        try:
            if user:
                scope.set_user({"id": user})
                checkout({"number": 1001})
            else:
                find_voucher("SUMMER")
        except LookupError:
            sentry_sdk.capture_exception()


report(9, 12, OLD, "customer-1")
report(10, 40, OLD, "customer-1")
report(10, 55, NEW, "tester", where="staging")
for number in range(8):
    report(11, number * 7, NEW, f"customer-{number % 5}")
for number in range(14):
    report(12, number * 4, NEW, f"customer-{number}")
for number in range(6):
    report(12, number, NEW, user=None)
sentry_sdk.flush(timeout=20)
