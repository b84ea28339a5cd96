import os
import signal

from celery import Celery
from kombu import Exchange, Queue

app = Celery("poison", broker="amqp://guest:guest@localhost:5672//")
exchange = Exchange("imports", type="topic")
imports = Queue(
    "imports",
    exchange,
    routing_key="import",
    queue_arguments={
        "x-queue-type": "quorum",
        "x-delivery-limit": 1,  # one more attempt after the first
        "x-dead-letter-exchange": "imports",
        "x-dead-letter-routing-key": "broken",
    },
)
broken_imports = Queue("broken-imports", exchange, routing_key="broken")
app.conf.update(
    task_queues=[imports],
    task_routes={"poison.*": {"queue": "imports"}},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
)


@app.task
def import_file(name: str) -> None:
    print(f"begun: {name}")
    if name == "broken.csv":
        os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does without memory
