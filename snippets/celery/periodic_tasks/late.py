from datetime import UTC, datetime

from celery import Celery
from celery.schedules import crontab

app = Celery("late", set_as_current=False)
now = datetime(2026, 11, 21, 7, 15, tzinfo=UTC)  # beat comes back at 7:15
last_run = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)  # and was away for three days
report = crontab(hour=6, minute=30, app=app, nowfun=lambda: now)

print("due:", report.is_due(last_run).is_due)
#> due: True

app.conf.beat_cron_starting_deadline = 1800  # seconds
print("due, with a deadline of half an hour:", report.is_due(last_run).is_due)
#> due, with a deadline of half an hour: False
