from django.db import models
from django.utils import timezone


class Order(models.Model):
    email = models.EmailField()
    confirmed = models.BooleanField(default=False)
    # When its task was last sent, or was to be sent.
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)
