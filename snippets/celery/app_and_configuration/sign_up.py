from shop.celery_app import app
from shop.emails.tasks import send_welcome_email
from shop.orders.tasks import charge

print("broker:", app.connection_for_write().as_uri())
print(send_welcome_email.delay("Amina").get(timeout=10))
print(charge.delay(1001).get(timeout=10))
print(app.send_task("shop.receipt", [1001]).get(timeout=10))
