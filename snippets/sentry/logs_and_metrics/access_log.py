import logging

import sentry_sdk
from sentry_sdk.integrations.logging import (
    LoggingIntegration,
    ignore_logger,
    ignore_logger_for_sentry_logs,
)

sentry_sdk.init(integrations=[LoggingIntegration(capture_sentry_logs=True)])
logging.basicConfig(level=logging.INFO)
access = logging.getLogger("uvicorn.access")

ignore_logger("uvicorn.access")  # no breadcrumbs and no events of it
access.info("203.0.113.77 - GET /orders")
ignore_logger_for_sentry_logs("uvicorn.access")  # no logs of it either
access.info("203.0.113.78 - GET /orders")
sentry_sdk.flush(timeout=5)
