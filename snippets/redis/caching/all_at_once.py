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
    product = load_product(number)
    client.set(key, json.dumps(product), ex=300)
    return product


with ThreadPoolExecutor(50) as pool:  # 50 requests, nothing in the cache
    answers = list(pool.map(get_product, [2] * 50))
print(len(answers), "answers,", len(loads), "queries")
#> 50 answers, 50 queries
print("later, from the cache:", get_product(2)["price"])
#> later, from the cache: 1200

client.close()
