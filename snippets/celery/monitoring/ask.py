import time

from shop import app, pack

inspect = app.control.inspect(timeout=2)
name = next(iter(inspect.ping()))  # celery@ and the name of the machine
jobs = [pack.apply_async([1001], countdown=1800)]
jobs += [pack.delay(order, 30) for order in (1002, 1003)]

# With a destination, the call ends when this worker has answered.
inspect = app.control.inspect([name], timeout=5)
deadline = time.monotonic() + 10
while True:
    time.sleep(0.1)
    if inspect.reserved()[name] or time.monotonic() > deadline:
        break
active, reserved = inspect.active()[name], inspect.reserved()[name]
print("active:    ", [job["args"] for job in active])
print("reserved:  ", [job["args"] for job in reserved])
print("scheduled: ", [job["request"]["args"] for job in inspect.scheduled()[name]])
print("registered:", sorted(inspect.registered()[name]))
stats = inspect.stats()[name]
print("processes: ", len(stats["pool"]["processes"]), "begun:", stats["total"])

for job in jobs:
    job.revoke(terminate=True)
