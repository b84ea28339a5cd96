import sys
import time

from albums import print_early, print_late

seconds = float(sys.argv[1])
jobs = [print_early.delay("early", seconds), print_late.delay("late", seconds)]

deadline = time.monotonic() + 20
while any(job.state == "PENDING" for job in jobs) and time.monotonic() < deadline:
    time.sleep(0.05)
print([job.state for job in jobs])
