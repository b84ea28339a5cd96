import os

from kombu import Queue
from orders import app

if os.environ.get("VISIBILITY_TIMEOUT"):  # seconds, for the drills on Redis
    app.conf.broker_transport_options = {
        "visibility_timeout": float(os.environ["VISIBILITY_TIMEOUT"]),
        # How often the worker looks: interval × throttle, in seconds.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }
app.conf.update(
    worker_deduplicate_successful_tasks="DEDUPLICATE" in os.environ,
    worker_cancel_long_running_tasks_on_connection_loss="CANCEL" in os.environ,
)
limited = {"x-queue-type": "quorum", "x-delivery-limit": 3}  # for RabbitMQ
app.conf.task_queues.append(
    Queue("limited", routing_key="limited", queue_arguments=limited)
)
