import time

from celery import Celery, Task

app = Celery(
    "machines",
    broker="redis://localhost:6379/0",  # the same for all; a name, not localhost
    backend="redis://localhost:6379/1",
)
app.conf.update(result_expires=3600, worker_prefetch_multiplier=1)


@app.task(bind=True)
def resize(self: Task, name: str) -> str:
    time.sleep(0.2)  # stands for the work
    return self.request.hostname  # the worker that ran it
