from celery import shared_task


@shared_task(acks_late=False)  # an order is charged at most once
def charge(order: int) -> str:
    return f"order {order} charged"


@shared_task(name="shop.receipt")
def print_receipt(order: int) -> str:
    return f"receipt for order {order}"
