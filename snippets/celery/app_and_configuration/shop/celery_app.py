from celery import Celery

app = Celery("shop")
app.config_from_object("shop.settings")
app.set_default()  # or only the thread that imports this finds the app
# Looks for shop/emails/tasks.py and shop/orders/tasks.py when the tasks are needed.
app.autodiscover_tasks(["shop.emails", "shop.orders"])
