import os
import signal
import time
from pathlib import Path

from billiard.exceptions import WorkerLostError
from orders import late

Path("hold").touch()
job = late.delay("order-1001")
deadline = time.monotonic() + 20
while job.state != "STARTED" and time.monotonic() < deadline:
    time.sleep(0.1)
os.kill(job.info["pid"], signal.SIGKILL)  # what the kernel does when memory is short

try:
    job.get(timeout=20)
except WorkerLostError as error:
    print("WorkerLostError:", error)
Path("hold").unlink()
