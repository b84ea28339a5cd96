import os
from pathlib import Path

from celery import Celery

app = Celery(
    "shop",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
seen: list[bytes] = []


def resident(pid: int) -> float:
    """The memory of a process, in MB, as the kernel counts it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def report() -> list[float]:
    """Which process ran the task, its memory, and that of its parent."""
    parent = os.getppid()
    return [os.getpid(), resident(os.getpid()), resident(parent)]


@app.task
def leaks() -> list[float]:
    seen.append(b"x" * 2_000_000)  # each task leaves 2 MB behind
    return report()


@app.task
def needs_much() -> list[float]:
    sum([number / 2 for number in range(2_000_000)])  # all of it is given back
    return report()
