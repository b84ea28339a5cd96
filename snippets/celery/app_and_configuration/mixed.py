from celery import Celery
from celery.exceptions import ImproperlyConfigured


class Settings:
    broker_url = "redis://localhost:6379/0"
    CELERY_ACKS_LATE = True  # a name from before Celery 4


app = Celery("shop")
app.config_from_object(Settings)
try:
    print(app.conf.task_acks_late)
except ImproperlyConfigured as error:
    first, *_, last = str(error).strip().splitlines()
    print(first)
    #> Cannot mix new and old setting keys, please rename the
    print(last)
    #> CELERY_ACKS_LATE                     -> task_acks_late
