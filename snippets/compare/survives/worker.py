"""Usage: worker.py WAY JOBS: takes one job, and works for as long as there is `hold`"""

import sys
from pathlib import Path

import pika
from six_ways import WAYS

worker = WAYS[sys.argv[1]]("anna", sys.argv[2])
worker.listen()
print("ready", flush=True)
job = None
while job is None:
    job = worker.take()
print("took", job[1], flush=True)
try:
    while Path("hold").exists():
        worker.work(0.1)
    worker.done(job[0])
    print("finishes it")
except pika.exceptions.AMQPError:
    print("learns that its connection is gone")
