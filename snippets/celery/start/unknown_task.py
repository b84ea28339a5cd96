from celery.exceptions import NotRegistered
from tasks import app

job = app.send_task("tasks.send_goodbye_email", ["Amina"])
try:
    job.get(timeout=10)
except NotRegistered as error:
    print("NotRegistered:", error)
print("state:", job.state)
