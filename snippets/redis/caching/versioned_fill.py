from collections.abc import Callable

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
database = {1: 1200}


def change_price(number: int, price: int) -> None:
    database[number] = price
    with client.pipeline() as pipe:
        pipe.incr(f"{{product:{number}}}:version")
        pipe.expire(f"{{product:{number}}}:version", 3600)
        pipe.delete(f"product:{number}")
        pipe.execute()


def load_and_fill(number: int, meanwhile: Callable[[], None]) -> int:
    with client.pipeline() as pipe:
        pipe.watch(f"{{product:{number}}}:version")  # before the database is read
        price = database[number]
        meanwhile()
        pipe.multi()
        pipe.set(f"product:{number}", price, ex=300)
        try:
            pipe.execute()
        except redis.exceptions.WatchError:
            print("changed while we read: not cached")
            #> changed while we read: not cached
    return price


load_and_fill(1, meanwhile=lambda: change_price(1, 990))
print(client.get("product:1"))
#> None
load_and_fill(1, meanwhile=lambda: None)
print(client.get("product:1"))
#> 990

client.close()
