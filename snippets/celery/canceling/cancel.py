import time

from tasks import export, stop

running = export.delay("Amina", parts=600)
waiting = export.delay("Bilal", parts=600)
while running.state != "STARTED":
    time.sleep(0.1)

for job in (waiting, running):
    stop(job.id)
for job in (waiting, running):
    reason = job.get(timeout=20, propagate=False)
    print(job.state, repr(reason))
