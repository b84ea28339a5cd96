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
print(client.dbsize())
#> 4500

client.close()
