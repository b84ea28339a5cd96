import os
import sys

from celery import Celery
from orders import RABBITMQ, REDIS, TAKEOVER, pack

app = Celery("celery_orders", broker=REDIS)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_transport_options={
        "visibility_timeout": TAKEOVER,  # default: one hour
        # Look for tasks of dead workers each second, not every 100 seconds.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    },
)
if os.environ.get("BROKER") == "rabbitmq":
    app.conf.broker_url = RABBITMQ
    app.conf.task_default_queue_type = "quorum"
    app.conf.broker_transport_options = {"confirm_publish": True}

pack_order = app.task(pack, name="pack_order")

if __name__ == "__main__":
    for order in range(*map(int, sys.argv[1:])):
        pack_order.delay(order)
