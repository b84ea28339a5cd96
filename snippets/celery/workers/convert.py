import os
import time

from celery import Celery

app = Celery(
    "convert",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600


@app.task
def convert(photos: list[str]) -> int:
    for photo in photos:
        time.sleep(0.2)  # stands for the work
        with open("done.txt", "a") as done:
            print(photo, "process", os.getpid(), file=done, flush=True)
    return len(photos)
