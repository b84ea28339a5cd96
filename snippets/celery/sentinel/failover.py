import os
import signal
import time
from pathlib import Path

from celery.result import AsyncResult
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError, TimeoutError
from shop import pack

PATIENCE = 5  # seconds until an order without a result is sent again
sent: dict[int, tuple[float, AsyncResult]] = {}
packed: set[int] = set()


def step(order: int) -> None:
    at, result = sent.get(order, (0.0, None))
    if result is not None and result.successful():
        packed.add(order)
    elif time.monotonic() - at > PATIENCE:
        sent[order] = time.monotonic(), pack.apply_async([order], retry=False)


ends = time.monotonic() + 120
while len(packed) < 30 and time.monotonic() < ends:
    for order in sorted({*range(1, 31)} - packed):
        try:
            step(order)
        except (OperationalError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # no primary: Sentinel needs seconds to choose one
        if len(sent) == 10 and (file := Path("primary.pid")).exists():
            os.kill(int(file.read_text()), signal.SIGKILL)
            file.unlink()
            print("the primary is killed")
print(len(packed), "of 30 orders are packed")
