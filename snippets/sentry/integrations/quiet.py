import logging

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger

sentry_sdk.init(
    auto_enabling_integrations=False,
    integrations=[LoggingIntegration(event_level=logging.CRITICAL)],
)
ignore_logger("printer")

logging.getLogger("printer").critical("paper jam")
logging.getLogger("shop").error("order 1001 has no address")
logging.getLogger("shop").critical("the database is read-only")
