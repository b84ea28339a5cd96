import time

from celery import Celery

app = Celery(
    "albums",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.update(
    result_expires=3600,
    task_track_started=True,
    worker_prefetch_multiplier=1,
)


def print_album(name: str, seconds: float) -> str:
    with open("done.txt", "a") as done:
        print(f"{name}: begun", file=done, flush=True)
        time.sleep(seconds)
        print(f"{name}: printed", file=done, flush=True)
    return name


@app.task
def print_early(name: str, seconds: float) -> str:
    return print_album(name, seconds)


@app.task(acks_late=True)
def print_late(name: str, seconds: float) -> str:
    return print_album(name, seconds)
