import json
import math
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
background = ThreadPoolExecutor(1, thread_name_prefix="background")
loaded_by: list[str] = []
TTL = 1.0  # seconds; short, so that you can watch


def load_product(number: int) -> dict:
    loaded_by.append(threading.current_thread().name.split("_")[0])
    time.sleep(0.1)  # the query
    return {"id": number, "price": 1200}


def refresh(number: int) -> dict:
    started = time.time()
    product = load_product(number)
    took = time.time() - started
    entry = {"product": product, "took": took, "until": time.time() + TTL}
    client.set(f"product:{number}", json.dumps(entry), px=int(TTL * 1000))
    return product


def get_product(number: int) -> dict:
    cached = client.get(f"product:{number}")
    if cached is None:
        return refresh(number)  # only the very first request waits
    entry = json.loads(cached)
    # The nearer the end and the slower the query, the likelier a refresh.
    early = entry["took"] * -math.log(1 - random.random())
    if time.time() + early >= entry["until"] and client.set(
        f"refreshing:{number}", "1", nx=True, px=500
    ):
        background.submit(refresh, number)
    return entry["product"]


def visitor(_: int) -> None:
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        get_product(4)
        time.sleep(0.01)


get_product(4)
with ThreadPoolExecutor(8) as pool:
    list(pool.map(visitor, range(8)))
background.shutdown()

in_background = loaded_by.count("background")
print("queries that a request waited for:", len(loaded_by) - in_background)
#> queries that a request waited for: 1
print("queries in the background: 2 to 6:", 2 <= in_background <= 6)
#> queries in the background: 2 to 6: True
client.close()
