import sys
import time
from pathlib import Path

age = time.time() - Path("worker.alive").stat().st_mtime
if age > float(sys.argv[1]):
    sys.exit(f"no heartbeat for too long: {age:.1f} s")
