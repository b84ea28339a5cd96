from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from celery import Celery
from celery.schedules import crontab


def runs(zone: str, start: str, hours: int, **when: int) -> Iterator[datetime]:
    """Ask a crontab as beat does, but with a clock that we turn."""
    app = Celery("clock", set_as_current=False)
    app.conf.timezone = zone
    now = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end, last_run = now + timedelta(hours=hours), now
    schedule = crontab(**when, app=app, nowfun=lambda: now)
    while now < end:
        due, seconds = schedule.is_due(last_run)
        if due:
            last_run = now
            yield now.astimezone(ZoneInfo(zone))
        # Beat sleeps until the next run, and for 5 minutes at most.
        now += timedelta(seconds=min(max(seconds, 1), 300))
