import os
import signal

from celery import signals
from watched import Watched, app, tell


@app.task(base=Watched)
def import_photo(name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # stands for a crash in a C library


@signals.task_failure.connect(sender=import_photo)
def even_then(sender: Watched, exception: Exception, **_: object) -> None:
    tell(f"task_failure of {sender.name}: {type(exception).__name__}")
