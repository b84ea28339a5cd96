from celery import Celery


class Settings:
    task_acks_lat = True  # the last letter is missing


app = Celery("shop")
app.config_from_object(Settings)
print("late:", app.conf.task_acks_late)
#> late: False
