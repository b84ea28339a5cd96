import sys
import time

from tasks import app, send_email

if sys.argv[1] == "send":
    send_email.apply_async(["Amina"], task_id="late-welcome", expires=1)
    time.sleep(1.5)  # no worker yet, and then it is too late
else:
    # A job behind it in the queue: when this one is done, the other was looked at.
    send_email.delay("Bilal").get(timeout=10)
    print("late-welcome is", app.AsyncResult("late-welcome").state)
