import sys

from orders import REDIS, pack
from redis import Redis
from rq import Queue, Retry

queue = Queue("orders", connection=Redis.from_url(REDIS))

if __name__ == "__main__":
    for order in range(*map(int, sys.argv[1:])):
        # Without `retry`, the task of a killed worker is marked as failed.
        queue.enqueue(pack, order, retry=Retry(max=5))
