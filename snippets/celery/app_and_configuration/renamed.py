import sys

import shop.celery_app  # noqa: F401  (which broker)
from celery.exceptions import NotRegistered

sys.path.insert(0, "shop")  # what an IDE, or a shell inside shop/, does
from emails.tasks import send_welcome_email

print("sends", send_welcome_email.name)
try:
    print(send_welcome_email.delay("Bilal").get(timeout=10))
except NotRegistered as error:
    print("NotRegistered:", error)
