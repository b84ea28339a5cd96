import time

from images import app, make_preview

name = next(iter(app.control.inspect(timeout=3).ping()))
inspect = app.control.inspect([name], timeout=5)


def wait_for(processes: int) -> int:
    deadline = time.monotonic() + 30
    while True:
        now = inspect.stats()[name]["autoscaler"]["current"]
        if now == processes or time.monotonic() > deadline:
            return now
        time.sleep(0.2)


print("at the start:", wait_for(1))
jobs = [make_preview.delay("tea.png", 0.8) for _ in range(8)]
print("eight jobs:  ", wait_for(4))
for job in jobs:
    job.get(timeout=30)
print("nothing left:", wait_for(1))
