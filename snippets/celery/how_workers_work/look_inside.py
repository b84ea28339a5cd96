import time
from pathlib import Path

from tasks import app, pack

Path("hold").touch()  # the children will be busy until we say so
jobs = [pack.delay(number) for number in range(8)]
deadline = time.monotonic() + 20
busy = 0
while busy < 2 and time.monotonic() < deadline:
    time.sleep(0.1)
    busy = [job.state for job in jobs].count("STARTED")

inspect = app.control.inspect(timeout=5)


def names(answers: dict) -> int:
    """How many jobs the worker reports."""
    return sum(len(listed) for listed in answers.values())


stats = next(iter(inspect.stats().values()))
print("children:", len(stats["pool"]["processes"]))
print("held at most:", stats["prefetch_count"])
print("running:", names(inspect.active()))
print("reserved, waiting for a child:", names(inspect.reserved()))
Path("hold").unlink()
children = {job.get(timeout=20) for job in jobs}
print("done by the children:", children <= set(stats["pool"]["processes"]))
print("done by the parent:", stats["pid"] in children)
