# The web process, too, must load it: @shared_task belongs to the app loaded last.
from shop.celery import app as celery_app

__all__ = ["celery_app"]
