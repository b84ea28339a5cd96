from collections.abc import Iterable
from itertools import islice

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def save_stock(rows: Iterable[tuple[str, int]], portion: int = 1000) -> int:
    """Write all rows, some at a time: neither side has to hold the whole batch."""
    rows, trips = iter(rows), 0
    while batch := list(islice(rows, portion)):
        with client.pipeline(transaction=False) as pipe:
            for article, count in batch:
                pipe.set(f"stock:{article}", count)
            pipe.execute()
        trips += 1
    return trips


print(save_stock((f"A{number}", 5) for number in range(4500)))
#> 5
print(sum(1 for _ in client.scan_iter(match="stock:A*", count=1000)))
#> 4500

client.close()
