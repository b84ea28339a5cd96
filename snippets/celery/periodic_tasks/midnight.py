from datetime import UTC

from celery.schedules import crontab
from fake_clock import runs

for zone in ("UTC", "Asia/Karachi"):
    for at in runs(zone, "2026-11-21 12:00", 24, hour=0, minute=0):
        print(at, "is", at.astimezone(UTC).time(), "UTC")

print("hour=0 alone:", len(list(runs("UTC", "2026-11-21 12:00", 24, hour=0))), "runs")
try:
    crontab(day_of_month=31, month_of_year=2)
except ValueError as error:
    print("ValueError:", error)
