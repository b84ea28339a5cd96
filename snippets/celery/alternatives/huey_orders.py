import sys

from huey import RedisHuey
from huey.api import Task
from huey.signals import SIGNAL_INTERRUPTED
from orders import REDIS, pack

huey = RedisHuey("orders", url=REDIS)
pack_order = huey.task(retries=5)(pack)


@huey.signal(SIGNAL_INTERRUPTED)
def again(signal: str, task: Task) -> None:
    huey.enqueue(task)  # after SIGTERM; after SIGKILL nothing runs


if __name__ == "__main__":
    for order in range(*map(int, sys.argv[1:])):
        pack_order(order)
