import os

from celery import Celery
from celery.app.utils import Settings
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()  # tasks.py of every app in INSTALLED_APPS


@celeryd_init.connect
def be_patient(conf: Settings, **_: object) -> None:
    """A worker has no visitor who waits, and loses the retry that it cannot send."""
    default = Celery(set_as_current=False).conf
    conf.task_publish_retry_policy = default.task_publish_retry_policy
