import json
import random

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
TTL = 300  # seconds
prices = {1: 1200, 2: 350}  # stands for your database
queries: list[int] = []


def load_product(number: int) -> dict | None:
    queries.append(number)
    return {"id": number, "price": prices[number]} if number in prices else None


def get_product(number: int) -> dict | None:
    key = f"product:{number}"
    if (cached := client.get(key)) is not None:
        return json.loads(cached)
    product = load_product(number)
    # "null" is cached, too, but not for long: such a product may appear.
    seconds = 30 if product is None else TTL + random.randint(0, TTL // 10)
    client.set(key, json.dumps(product), ex=seconds)
    return product


def change_price(number: int, price: int) -> None:
    prices[number] = price  # the database first …
    client.delete(f"product:{number}")  # … then the cache
