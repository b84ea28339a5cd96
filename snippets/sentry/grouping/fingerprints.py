"""Group events by what you would fix, not by the text of the last exception.

Guarantees: one issue for an outage of a dependency, however many functions fail because
of it; one issue for each bank that fails. Other errors keep the grouping of the server.
Limits: it changes new events only, and only those of processes that use it.
What you bring: the rules. `group` is for `sentry_sdk.init(before_send=group)`.
"""

from collections.abc import Iterator

from sentry_sdk.types import Event, Hint


class BankError(Exception):
    """An answer of a bank that is not a payment."""

    def __init__(self, bank: str, detail: str) -> None:
        super().__init__(f"{bank}: {detail}")
        self.bank = bank


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, what caused it, what caused that; at most ten."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def fingerprint(error: BaseException) -> list[str] | None:
    for one in causes(error):
        if isinstance(one, BankError):
            return ["bank", one.bank]
        if isinstance(one, ConnectionError):
            return ["database-down"]
    return None


def group(event: Event, hint: Hint) -> Event | None:
    exc_info = hint.get("exc_info")
    if exc_info and (rule := fingerprint(exc_info[1])):
        event["fingerprint"] = rule
    return event
