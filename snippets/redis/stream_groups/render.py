"""Usage: render.py NAME"""

import signal
import sys
import threading
import time

import redis
from lease import renewed
from stream_worker import StreamWorker

IDLE_MS = 1000  # suits this page; a minute in production
name = sys.argv[1]
client = redis.Redis(decode_responses=True, socket_timeout=5)


def render(entry: str, video: dict[str, str]) -> None:
    about = (client, "videos", "team", name, entry)
    with renewed(*about, idle_ms=IDLE_MS, at_most=3600) as lost:
        for part in range(1, int(video["parts"]) + 1):
            if lost.is_set():
                raise RuntimeError("another worker has it")
            print(f"{name}: {video['title']}, part {part}", flush=True)
            time.sleep(0.3)


stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker = StreamWorker(client, "videos", "team", name, render, idle_ms=IDLE_MS)
worker.run(stop, until_done=True)
client.close()
