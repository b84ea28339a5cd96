import os

from celery import Celery


class Settings:
    broker_url = "redis://settings/0"
    task_default_queue = "from-settings"


app = Celery("shop", broker="redis://argument/0", task_default_queue="from-argument")
app.config_from_object(Settings)
print("broker:", app.conf.broker_url)
#> broker: redis://argument/0
print("queue:", app.conf.task_default_queue)
#> queue: from-argument

app.conf.update(broker_url="redis://update/0", task_default_queue="from-update")
print("broker:", app.conf.broker_url)
#> broker: redis://update/0
print("queue:", app.conf.task_default_queue)
#> queue: from-update

os.environ["CELERY_BROKER_URL"] = "redis://environment/0"
os.environ["CELERY_TASK_DEFAULT_QUEUE"] = "from-environment"
print("broker:", app.conf.broker_url)
#> broker: redis://environment/0
print("queue:", app.conf.task_default_queue)
#> queue: from-update
