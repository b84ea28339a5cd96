import sqlite3
import time

import redis
from redis.lock import Lock

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
shop = sqlite3.connect(":memory:")
shop.execute("CREATE TABLE stock (item TEXT, pieces INT, fence INT)")
shop.execute("INSERT INTO stock VALUES ('lamp', 10, 0)")


def take_number(lock: Lock) -> int | None:
    number = client.incr("fence:stock")
    # Whoever paused before that line has a number that is too new, and no lock.
    return number if lock.owned() else None


def write_stock(pieces: int, fence: int) -> bool:
    """Write unless somebody with a newer lock has written already."""
    done = shop.execute(
        "UPDATE stock SET pieces = ?, fence = ? WHERE item = 'lamp' AND fence < ?",
        (pieces, fence, fence),
    )
    return done.rowcount == 1


slow = client.lock("lock:stock", timeout=1)
quick = client.lock("lock:stock", timeout=60)
slow.acquire()
slow_fence = take_number(slow)
time.sleep(1.1)  # the slow worker pauses, and its lock expires
quick.acquire()
quick_fence = take_number(quick)
print(slow_fence, quick_fence)
#> 1 2
print("quick:", write_stock(9, quick_fence))
#> quick: True
print("slow:", write_stock(10, slow_fence))
#> slow: False
print("slow, with a number taken after the pause:", take_number(slow))
#> slow, with a number taken after the pause: None
print(shop.execute("SELECT pieces, fence FROM stock").fetchone())
#> (9, 2)
shop.close()
client.close()
