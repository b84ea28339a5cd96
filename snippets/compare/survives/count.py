"""Usage: count.py Redis|RabbitMQ: takes all orders that are left"""

import sys

from six_ways import WAYS, collect

workers = {name: WAYS[name]("ben") for name in WAYS if name.startswith(sys.argv[1])}
for worker in workers.values():
    worker.listen()
seen: dict[str, int] = dict.fromkeys(workers, 0)
while any(found := collect(workers, seconds=1.5).values()):
    for name, jobs in zip(seen, found, strict=True):
        seen[name] += len(jobs)
for name, count in seen.items():
    print(name, "|", count)
    workers[name].close()
