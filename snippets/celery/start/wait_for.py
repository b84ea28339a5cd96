import sys

from celery.exceptions import TimeoutError
from invoices import app

job = app.AsyncResult(sys.argv[1])
try:
    job.get(timeout=float(sys.argv[2]))
except TimeoutError:
    print("gave up waiting")
print(job.id, "is", job.state)
