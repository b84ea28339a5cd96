import sqlite3

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
shop = sqlite3.connect(":memory:")
shop.execute("CREATE TABLE stock (item TEXT, pieces INT, fence INT)")
shop.execute("INSERT INTO stock VALUES ('lamp', 10, 0)")


def write_stock(pieces: int, fence: int) -> bool:
    """Write unless somebody with a newer lock has written already."""
    done = shop.execute(
        "UPDATE stock SET pieces = ?, fence = ? WHERE item = 'lamp' AND fence < ?",
        (pieces, fence, fence),
    )
    return done.rowcount == 1


slow_fence = client.incr("fence:stock")  # right after acquiring the lock
# The slow worker pauses, its lock expires, a quick worker acquires it.
quick_fence = client.incr("fence:stock")
print(slow_fence, quick_fence)
#> 1 2
print("quick:", write_stock(9, quick_fence))
#> quick: True
print("slow:", write_stock(10, slow_fence))
#> slow: False
print(shop.execute("SELECT pieces, fence FROM stock").fetchone())
#> (9, 2)
shop.close()
client.close()
