import time
from pathlib import Path

from shop import print_report

jobs = [print_report.delay("long", 5)]
while not Path("deployed").exists():  # people go on working meanwhile
    jobs.append(print_report.delay(f"short-{len(jobs)}", 0.02))
    time.sleep(0.1)

results = [job.get(timeout=60) for job in jobs]
print("sent, counted:", len(jobs))
print("lost:", len(jobs) - len(results))
