from celery import Celery
from celery.schedules import crontab

app = Celery(
    "shop",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.update(
    timezone="Asia/Karachi",  # what "half past six" means
    task_ignore_result=True,
    beat_schedule={
        "look-for-payments": {
            "task": "shop.look_for_payments",
            "schedule": 1.0,  # seconds
            "options": {"expires": 10},  # too late is worse than not at all
        },
        "daily-report": {
            "task": "shop.send_report",
            "schedule": crontab(hour=6, minute=30),
            "args": ["yesterday"],
        },
    },
)


@app.task
def look_for_payments() -> None:
    print("looking for payments")


@app.task
def send_report(day: str) -> None:
    print(f"the report of {day}")
