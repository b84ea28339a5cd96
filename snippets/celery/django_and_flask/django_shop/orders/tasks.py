from celery import shared_task
from celery.utils.log import get_task_logger
from orders.models import Order

log = get_task_logger(__name__)


@shared_task
def confirm_order(order_id: int) -> None:
    order = Order.objects.get(pk=order_id)  # an id, and the row as it is now
    if not order.confirmed:
        log.info("order %s: thank you, %s!", order.pk, order.email)
        order.confirmed = True
        order.save(update_fields=["confirmed"])


@shared_task
def confirm_forgotten_orders() -> int:
    """For beat, every few minutes: what was committed and never sent."""
    forgotten = Order.objects.filter(confirmed=False).values_list("pk", flat=True)
    return len([confirm_order.delay(pk) for pk in forgotten])
