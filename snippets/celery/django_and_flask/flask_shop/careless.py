import receipts  # noqa: F401  registers the task
from celery import Celery

celery_app = Celery("careless", broker="redis://localhost:6379/0")
celery_app.conf.result_backend = "redis://localhost:6379/1"
