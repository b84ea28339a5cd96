import logging

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
sentry_sdk.init(integrations=[LoggingIntegration(capture_sentry_logs=True)])

shop = logging.getLogger("shop")
shop.info("order %s was paid", 1001)
shop.error("payment failed", extra={"order": 1002})
