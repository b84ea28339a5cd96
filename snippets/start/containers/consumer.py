import signal
from types import FrameType

import redis

r = redis.Redis(decode_responses=True, socket_timeout=None)
stopping = False


def stop(signum: int, frame: FrameType | None) -> None:
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
while not stopping:
    if job := r.blpop("jobs", timeout=1):
        print("done:", job[1], flush=True)
print("stopped after the last job")
