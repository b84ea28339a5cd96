import shop.celery_app  # noqa: F401  (makes the app the one that shared tasks belong to)
from shop.emails.tasks import send_welcome_email

print("broker:", send_welcome_email.app.connection_for_write().as_uri())
print("state:", send_welcome_email.AsyncResult("job-1").state)
