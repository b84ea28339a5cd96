import sampler  # noqa: F401  initialises Sentry
from celery import Celery

app = Celery("tasks", broker="redis://localhost:6379/0")
app.conf.task_ignore_result = True


@app.task
def charge(order: int) -> None:
    pass


@app.task
def heartbeat() -> None:
    pass
