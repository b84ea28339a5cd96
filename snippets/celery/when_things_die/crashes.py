import os
import signal
from pathlib import Path

from orders import app


def crash(photo: str) -> None:
    """Stands for a photo that makes a library in C crash."""
    with open(f"{photo}.txt", "a") as log:
        print("begun", file=log, flush=True)
    if not Path("fixed").exists():
        os.kill(os.getpid(), signal.SIGKILL)


@app.task(acks_late=True, reject_on_worker_lost=True)
def rejecting(photo: str) -> None:
    crash(photo)


@app.task(retry_on_worker_lost=True, max_retries=2, default_retry_delay=1)
def retrying(photo: str) -> None:
    crash(photo)
