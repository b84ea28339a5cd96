import time
from pathlib import Path

from shop import print_report

jobs = [print_report.delay("long", 5)]
while not Path("deployed").exists():  # people go on working meanwhile
    jobs.append(print_report.delay(f"short-{len(jobs)}", 0.02))
    time.sleep(0.1)

deadline = time.monotonic() + 60
while any(not job.ready() for job in jobs) and time.monotonic() < deadline:
    time.sleep(0.1)
print("sent, counted:", len(jobs))
print("lost:", sum(not job.successful() for job in jobs))
