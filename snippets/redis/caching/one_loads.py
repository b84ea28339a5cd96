import json
import time
from concurrent.futures import ThreadPoolExecutor

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
loads: list[int] = []


def load_product(number: int) -> dict:
    loads.append(number)
    time.sleep(0.5)  # a slow query
    return {"id": number, "price": 1200}


def get_product(number: int) -> dict:
    key = f"product:{number}"
    if (cached := client.get(key)) is not None:
        return json.loads(cached)
    # The lock ends by itself after 5 s; a query that took longer is no error here.
    with client.lock(
        f"lock:{key}",
        timeout=5,
        sleep=0.02,
        blocking_timeout=10,
        raise_on_release_error=False,
    ):
        if (cached := client.get(key)) is not None:
            return json.loads(cached)  # another loaded it while we waited
        product = load_product(number)
        client.set(key, json.dumps(product), ex=300)
        return product


with ThreadPoolExecutor(50) as pool:
    answers = list(pool.map(get_product, [3] * 50))
print(len(answers), "answers,", len(loads), "query")
#> 50 answers, 1 query
print("later, from the cache:", get_product(3)["price"])
#> later, from the cache: 1200

client.close()
