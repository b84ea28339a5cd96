import os

from celery import Celery

app = Celery(
    "reminders",
    broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"),
    backend="redis://localhost:6379/1",
)
app.conf.task_default_queue = "reminders"
# For this drill only: by default an hour, and a look every 100 seconds.
if os.environ.get("BROKER_URL", "redis").startswith("redis"):
    app.conf.broker_transport_options = {
        "visibility_timeout": 1,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }


@app.task
def remind(name: str) -> None:
    with open("reminders.txt", "a") as reminders:
        print("reminded", name, file=reminders, flush=True)
