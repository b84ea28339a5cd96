"""Usage: mailer.py NAME SECONDS_PER_EMAIL [until-done]"""

import logging
import os
import signal
import sys
import threading
import time

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry
from stream_worker import StreamWorker

name, seconds = sys.argv[1], float(sys.argv[2])
logging.basicConfig(format="%(levelname)s %(message)s")


def send_email(entry: str, order: dict[str, str]) -> None:
    if order["email"] == "":
        raise ValueError("no address")
    print(f"{name}: email for order {order['number']}, id {entry}", flush=True)
    time.sleep(seconds)


client = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    socket_timeout=5,  # longer than a read may block
    retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), retries=3),
)
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())  # finish this entry, then end

# Half a second suits this page; in production take minutes.
idle_ms = int(os.environ.get("IDLE_MS", "500"))
worker = StreamWorker(client, "orders", "mailers", name, send_email, idle_ms=idle_ms)
worker.run(stop, until_done="until-done" in sys.argv)
client.close()
