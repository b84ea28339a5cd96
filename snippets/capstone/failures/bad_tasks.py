"""Two tasks that nobody wants: one kills its process, one keeps what it took."""

import os

from signup.celery_app import app

kept: list[bytes] = []


@app.task(name="bad.crash")
def crash(number: int) -> None:
    """What a broken C library does, or the kernel when memory runs out."""
    os.kill(os.getpid(), number)


@app.task(name="bad.leak")
def leak(megabytes: int) -> None:
    kept.append(b"x" * megabytes * 2**20)
    print("leaking process", os.getpid(), flush=True)
