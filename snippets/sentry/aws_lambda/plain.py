"""The same function without the integration. Its handler is `plain.handler`."""

import logging
import time
from typing import Any

import sentry_sdk

sentry_sdk.init()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    order = event["order"]
    if order == "logged":
        logging.getLogger("shop").error("order %s has no address", order)
    if order == "unknown":
        raise LookupError(f"order {order} not found")
    if order == "slow":
        time.sleep(3)
    return {"order": order}
