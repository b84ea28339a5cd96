import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab
from celery.utils.log import get_task_logger

app = Celery(
    "shop",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    task_track_started=True,  # else a running job says PENDING
    task_time_limit=300,  # else a job may run for ever
    task_soft_time_limit=240,
    worker_prefetch_multiplier=1,  # for jobs that take longer than a moment
    timezone="Asia/Karachi",
    beat_schedule={
        "report": {
            "task": "shop.report",
            "schedule": crontab(hour=7, minute=30),
            "options": {"expires": 3600},
        },
    },
)
log = get_task_logger(__name__)


@app.task
def add(a: int, b: int) -> int:
    return a + b


@app.task(ignore_result=True)
def report(day: str = "today") -> None:
    log.info("report for %s", day)


@app.task(  # may be repeated, so its effect must carry a key
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(ConnectionError, TimeoutError),
    retry_backoff=True,
    max_retries=5,
)
def charge(order: str) -> str:
    if not Path("bank").exists():
        Path("bank").touch()
        raise ConnectionError("the bank does not answer")
    return f"{order} charged"


@app.task(bind=True, soft_time_limit=20, time_limit=30, rate_limit="10/s")
def resize(self, photos: list[str]) -> int:
    for number, _ in enumerate(photos, 1):
        self.update_state(state="PROGRESS", meta={"done": number})
    return len(photos)


@app.task(throws=(KeyError,))  # expected: no traceback in the log
def price(article: str) -> int:
    return {"tea": 320}[article]
