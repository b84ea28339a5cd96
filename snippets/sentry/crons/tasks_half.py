import sentry_sdk
from celery import Celery, signals
from sentry_sdk.integrations.celery import CeleryIntegration

app = Celery("tasks_half", broker="redis://localhost:6379/0")
app.conf.beat_schedule = {
    "clean-baskets": {"task": "tasks_half.clean_baskets", "schedule": 60.0},
}


@signals.celeryd_init.connect  # runs in a worker, and never in beat
def start_sentry(**_) -> None:
    sentry_sdk.init(integrations=[CeleryIntegration(monitor_beat_tasks=True)])


@app.task
def clean_baskets() -> str:
    return "12 baskets removed"
