"""A Lambda function that reports its errors. Its handler is `shop.handler`."""

import logging
import time
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.aws_lambda import AwsLambdaIntegration

sentry_sdk.init(integrations=[AwsLambdaIntegration(timeout_warning=True)])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    order = event["order"]
    if order == "logged":
        logging.getLogger("shop").error("order %s has no address", order)
    if order == "unknown":
        raise LookupError(f"order {order} not found")
    if order == "slow":
        time.sleep(3)
    return {"order": order}
