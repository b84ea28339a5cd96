from logging import Logger

from celery.app.log import TaskFormatter
from celery.signals import after_setup_logger

FORMAT = "[%(asctime)s: %(levelname)s] %(task_name)s[%(task_id)s] %(name)s: %(message)s"


@after_setup_logger.connect
def say_which_job(logger: Logger, **_: object) -> None:
    for handler in logger.handlers:
        handler.setFormatter(TaskFormatter(FORMAT, use_color=False))
