import os

from celery import Celery

app = Celery("shop", broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"))
app.conf.task_ignore_result = True


@app.task
def remind(customer: str) -> None:
    print(f"reminder for {customer}")
