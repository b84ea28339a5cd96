from celery.exceptions import TimeoutError
from tasks import send_welcome_email

job = send_welcome_email.delay("Bilal", "bilal@example.com")
try:
    job.get(timeout=2)
except TimeoutError as error:
    print("TimeoutError:", error)
print("state:", job.state)
