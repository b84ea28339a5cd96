"""JSON logs and Sentry, the same in every process."""

import json
import logging
import logging.config
from datetime import UTC, datetime

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.logging import (
    ignore_logger,
    ignore_logger_for_sentry_logs,
)

from signup.settings import settings


class JsonLines(logging.Formatter):
    """One JSON object a line, with the trace that it belongs to."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "role": self.role,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if span := sentry_sdk.get_current_span():
            line["trace"] = span.trace_id
        if signup := getattr(record, "signup", None):
            line["signup"] = signup
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def start(role: str) -> None:
    """Call it once in each process, before it does anything."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLines, "role": role}},
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json"}
            },
            "root": {"level": "INFO", "handlers": ["stderr"]},
            "loggers": {
                name: {"handlers": [], "propagate": True}
                for name in ("uvicorn", "uvicorn.access", "uvicorn.error")
            },
        }
    )
    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        environment=settings.environment,
        release=settings.release,
        traces_sample_rate=settings.traces_sample_rate,
        integrations=[CeleryIntegration(monitor_beat_tasks=True)],
        # What visitors typed stays here.
        max_request_body_size="never",
        include_local_variables=False,
    )
    ignore_logger("uvicorn.access")  # its lines hold the visitor's address
    ignore_logger_for_sentry_logs("uvicorn.access")  # if logs are ever turned on
    sentry_sdk.get_global_scope().set_tag("role", role)
