"""Usage: move_worker.py NAME SECONDS_PER_JOB"""

import sys
import time

import redis

mine = f"{{jobs}}:{sys.argv[1]}"  # what this worker has taken
client = redis.Redis(host="localhost", port=6379, decode_responses=True)
while client.lmove(mine, "jobs", "RIGHT", "LEFT"):
    pass  # after a crash: first put back what was left
# Wait up to a second for a job; socket_timeout (5 s) has to be longer.
while job := client.blmove("jobs", mine, timeout=1, src="LEFT", dest="RIGHT"):
    print("working on", job, flush=True)
    time.sleep(float(sys.argv[2]))
    client.lrem(mine, 1, job)
    print(job, "is done", flush=True)
client.close()
