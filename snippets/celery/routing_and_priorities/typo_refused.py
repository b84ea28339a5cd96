from celery.exceptions import QueueNotFound
from kombu import Queue
from shop import app, send_email

app.conf.task_create_missing_queues = False
app.conf.task_queues = [Queue("emails"), Queue("reports")]
try:
    send_email.apply_async(["order 18"], queue="emials")
except QueueNotFound as error:
    print("QueueNotFound:", error)
