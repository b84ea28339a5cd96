"""Usage: pop_worker.py SECONDS_PER_JOB"""

import sys
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
while job := client.lpop("jobs"):
    print("working on", job, flush=True)
    time.sleep(float(sys.argv[1]))
    print(job, "is done")
client.close()
