import os

from celery import Celery
from kombu import Queue

URLS = {"broker": os.environ["BROKER_URL"], "backend": "redis://localhost:6379/0"}
app = Celery(**URLS)
try:
    app.send_task("shop.send_receipt", ["order-17"], retry=False)
except Exception as error:
    print(type(error).__name__, error)

# The worker has made queue and exchange: this program need not, and may not.
app = Celery(**URLS)
app.conf.task_queues = [Queue("celery", no_declare=True)]
job = app.send_task("shop.send_receipt", ["order-17"], retry=False)
print(job.get(timeout=20))
