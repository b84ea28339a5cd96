from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.db import transaction
from django.utils import timezone
from orders.models import Order

BATCH = 1000
log = get_task_logger(__name__)


@shared_task
def confirm_order(order_id: int) -> None:
    order = Order.objects.get(pk=order_id)  # an id, and the row as it is now
    with transaction.atomic():
        # The database lets one of two runs change the row; the other finds none.
        mine = Order.objects.filter(pk=order_id, confirmed=False)
        if mine.update(confirmed=True):
            log.info("order %s: thank you, %s!", order.pk, order.email)


@shared_task
def confirm_forgotten_orders(older_than: int = 3600) -> int:
    """For beat, every few minutes: send what was committed and never confirmed.

    Sends an order at most once in `older_than` seconds, however often this runs, and
    however many copies of it run. Its message expires before the next one is sent.
    """
    now = timezone.now()
    limit = now - timedelta(seconds=older_than)
    forgotten = Order.objects.filter(confirmed=False, sent_at__lte=limit)
    sent = 0
    for pk in forgotten.order_by("sent_at").values_list("pk", flat=True)[:BATCH]:
        if forgotten.filter(pk=pk).update(sent_at=now):  # another copy finds none
            confirm_order.apply_async([pk], expires=max(older_than, 60))
            sent += 1
    return sent
