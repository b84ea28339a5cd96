import sys

from depth import depth
from shop import app

MEAN = 0.2  # seconds for a job, from your exporter
LIMIT = 1  # seconds that a job may wait; minutes, for most

waiting, _ = depth("celery")
workers = app.control.inspect(timeout=3).stats() or {}
processes = sum(found["pool"]["max-concurrency"] for found in workers.values())
if waiting and not processes:
    sys.exit(f"{waiting} jobs wait, and no worker answers")
if processes and waiting * MEAN / processes > LIMIT:
    sys.exit(f"{waiting} jobs wait: too many for {processes} processes")
print(f"fine: {waiting} waiting")
