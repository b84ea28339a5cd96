from celery import shared_task
from flask import current_app


@shared_task
def send_receipt(order: int) -> str:
    return f"receipt {order} from {current_app.config['SHOP_NAME']}"
