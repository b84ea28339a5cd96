import circular_tasks  # noqa: F401  (so that the worker knows its tasks)
from celery import Celery

app = Celery("circular_app", broker="redis://localhost:6379/0")
