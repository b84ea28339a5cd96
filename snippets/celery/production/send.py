import sys
import time
from pathlib import Path

from shop import print_report, print_report_early

seconds = float(sys.argv[1])
print_report.delay("late", seconds)
print_report_early.delay("early", seconds)

done, deadline = Path("done.txt"), time.monotonic() + 20
while time.monotonic() < deadline:
    time.sleep(0.05)
    if done.exists() and done.read_text().count("begun") == 2:
        break
print(*sorted(done.read_text().splitlines()), sep=", ")
