import logging.config
from contextvars import ContextVar

from celery import Task, current_task, signals

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class AddIds(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request = request_id.get()
        record.task = current_task.request.id if current_task else "-"
        return True


def configure(**_: object) -> None:
    line = "%(levelname)s request=%(request)s task=%(task)s %(name)s: %(message)s"
    handler = {"class": "logging.StreamHandler", "formatter": "l", "filters": ["ids"]}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"ids": {"()": AddIds}},
            "formatters": {"l": {"format": line}},
            "handlers": {"stderr": handler},
            "root": {"level": "INFO", "handlers": ["stderr"]},
        }
    )


def send_id(headers: dict, **_: object) -> None:
    headers.setdefault("request_id", request_id.get())


def take_id(task: Task, **_: object) -> None:
    request_id.set(task.request.get("request_id") or "-")


def connect() -> None:
    signals.setup_logging.connect(configure)  # Celery then configures nothing
    signals.before_task_publish.connect(send_id)  # wherever a job is sent
    signals.task_prerun.connect(take_id)  # in the child, before the task
