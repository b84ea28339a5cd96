"""One bad hour: `python outage.py plain` or `python outage.py rules`."""

import sys
from collections.abc import Callable

import sentry_sdk
from fingerprints import BankError, group

rules = sys.argv[1] == "rules"
sentry_sdk.init(before_send=group if rules else None, shutdown_timeout=20)


class OrderError(Exception):
    pass


def query() -> None:
    raise ConnectionError("the database does not answer")


def load(customer: str) -> None:
    try:
        query()
    except ConnectionError as error:
        raise OrderError(f"no orders of {customer}") from error


def cancel(customer: str) -> None:
    try:
        query()
    except ConnectionError:
        raise OrderError(f"the order of {customer} stays") from None


def pay(customer: str) -> None:
    bank = "North Bank" if customer < "B" else "South Bank"
    raise BankError(bank, f"refused {customer}")


def look_up(customer: str) -> None:
    raise LookupError("no such voucher")


def fail(case: str, call: Callable[[str], None]) -> None:
    for customer in ("Amina", "Bilal", "Chen"):
        try:
            call(customer)
        except Exception as error:
            sentry_sdk.capture_exception(error, tags={"case": case})


fail("`raise … from error`", load)
fail("`raise … from None`", cancel)
fail("two banks", pay)
fail("a bug, no rule", look_up)
