from pathlib import Path

from celery.signals import heartbeat_sent, worker_shutdown

FILE = Path("worker.alive")


@heartbeat_sent.connect
def touch(**_: object) -> None:
    FILE.touch()


@worker_shutdown.connect
def remove(**_: object) -> None:
    FILE.unlink(missing_ok=True)
