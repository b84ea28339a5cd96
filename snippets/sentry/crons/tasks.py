import sentry_sdk
from celery import Celery
from celery.schedules import crontab
from sentry_sdk.integrations.celery import CeleryIntegration

# At import, so that worker *and* beat run it: both have a part in a check-in.
sentry_sdk.init(
    release="shop@1.4.0",
    integrations=[
        CeleryIntegration(
            monitor_beat_tasks=True,
            exclude_beat_tasks=["heartbeat"],
        )
    ],
)
app = Celery("tasks", broker="redis://localhost:6379/0")
app.conf.beat_schedule = {
    "clean-baskets": {"task": "tasks.clean_baskets", "schedule": 60.0},
    "send-report": {"task": "tasks.send_report", "schedule": crontab(minute="*/5")},
    "poll-bank": {"task": "tasks.poll_bank", "schedule": 30.0},
    "heartbeat": {"task": "tasks.poll_bank", "schedule": 60.0},
}


@app.task
def clean_baskets() -> str:
    return "12 baskets removed"


@app.task
def send_report() -> None:
    raise ConnectionError("the mail server does not answer")


@app.task
def poll_bank() -> str:
    return "no news"
