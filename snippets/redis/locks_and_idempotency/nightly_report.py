"""Usage: nightly_report.py SECONDS_OF_WORK [LEASE_IN_SECONDS]"""

import sys
import time

import redis

work = float(sys.argv[1])
lease = float(sys.argv[2]) if len(sys.argv) > 2 else None
client = redis.Redis(host="localhost", port=6379, decode_responses=True)
try:
    with client.lock("lock:report", timeout=lease, blocking_timeout=1):
        print("writing the report", flush=True)
        time.sleep(work)
        print("done")
except redis.exceptions.LockError as error:
    print(error)
client.close()
