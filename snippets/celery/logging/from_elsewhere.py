from celery import Celery

# A program that knows nothing of logs.py: beat with another app, an old service.
other = Celery(broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")
other.send_task("orders.notify", [2002]).get(timeout=20)
