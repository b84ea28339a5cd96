"""Report errors with what helps to find them: release, tags and user."""

import os
import sys

import sentry_sdk
from sentry_sdk.types import Event, Hint


class CardDeclined(Exception):
    """The customer's business, not a fault of ours."""


def before_send(event: Event, hint: Hint) -> Event | None:
    error = hint.get("exc_info", (None, None, None))[1]
    return None if isinstance(error, CardDeclined) else event


def start_reporting() -> None:
    if not os.environ.get("SENTRY_DSN"):
        sys.exit("SENTRY_DSN is not set: errors would go unnoticed")
    sentry_sdk.init(
        release=os.environ.get("RELEASE", "shop@1.0.0"),
        environment=os.environ.get("ENVIRONMENT", "development"),
        include_local_variables=False,  # they hold what your customers typed
        max_request_body_size="never",
        before_send=before_send,
    )


def charge(order: dict) -> float:
    if order["card"] == "expired":
        raise CardDeclined(order["number"])
    return order["total"] / order["people"]


def handle(order: dict) -> None:
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("payment.provider", order["provider"])
        scope.set_user({"id": order["customer"]})  # an id, no name and no address
        try:
            print(order["number"], "paid, for each:", charge(order))
        except Exception as error:
            sentry_sdk.capture_exception(error)
            print(order["number"], "failed:", repr(error))


if __name__ == "__main__":
    start_reporting()
    paid = {"provider": "bank", "customer": "7", "card": "valid", "total": 90}
    handle({**paid, "number": 1001, "people": 3})
    handle({**paid, "number": 1002, "people": 3, "card": "expired"})
    handle({**paid, "number": 1003, "people": 0})
    sentry_sdk.flush(timeout=5)  # seconds; do not end while a report is under way
