from collections.abc import Callable

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False, shutdown_timeout=20)


def find_order(number: int) -> None:
    raise LookupError(f"order {number} not found")


def find_customer(name: str) -> None:
    raise LookupError(f"customer {name} not found")


def save(order: int) -> None:
    raise ConnectionError("the database does not answer")


def load(order: int) -> None:
    raise ConnectionError("the database does not answer")


def report(case: str, call: Callable, argument: object, *fingerprint: str) -> None:
    try:
        call(argument)
    except Exception as error:
        sentry_sdk.capture_exception(
            error, fingerprint=list(fingerprint) or None, tags={"case": case}
        )


for number in (1001, 1002, 1003):
    report("texts that differ in a number", find_order, number)
for name in ("Amina", "Bilal", "Chen"):
    report("texts that differ in a name", find_customer, name)
    report("the same, one fingerprint", find_customer, name, "no-customer")
for call in (save, load):
    report("one text from two places", call, 1001)
    report("the same, split by place", call, 1001, "{{ default }}", call.__name__)
for call in (find_order, save):
    report("one fingerprint for everything", call, 1001, "shop")
