import threading
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def add_job_and_count(transaction: bool) -> list[int]:
    """Push a job while a worker waits for one; how many jobs do we count then?"""
    worker = threading.Thread(target=client.blpop, args=("jobs", 3))
    worker.start()
    waiting = 0
    while not waiting:
        time.sleep(0.01)
        waiting = client.info("clients")["blocked_clients"]
    pipe = client.pipeline(transaction=transaction)
    pipe.rpush("jobs", "receipt:1001")
    pipe.llen("jobs")
    answers = pipe.execute()
    worker.join()
    return answers


print("pipeline:   ", add_job_and_count(transaction=False))
#> pipeline:    [1, 0]
print("transaction:", add_job_and_count(transaction=True))
#> transaction: [1, 1]

client.close()
