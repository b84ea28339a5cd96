"""The work, the same for every library: pack one order, and note when."""

import os
import time

LOG = os.environ.get("ORDERS_LOG", "orders.log")
REDIS = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
RABBITMQ = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/%2F")
# Seconds until another worker takes the task of one that died. In production:
TAKEOVER = int(os.environ.get("TAKEOVER", "10"))  # longer than any task


def note(what: str, order: int) -> None:
    with open(LOG, "a") as log:  # one short write, which no kill cuts in two
        log.write(f"{time.time():.3f} {what} {order}\n")


def pack(order: int) -> None:
    note("begun", order)
    time.sleep(0.1)
    note("done", order)
