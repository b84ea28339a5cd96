import json

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
loads: list[int] = []


def load_product(number: int) -> dict:
    loads.append(number)
    return {"id": number, "price": 1200}


def get_product(number: int) -> dict:
    key = f"product:{number}"
    if (cached := client.get(key)) is not None:
        return json.loads(cached)
    with client.lock(f"lock:{key}", timeout=0.3, sleep=0.02, blocking_timeout=10):
        if (cached := client.get(key)) is not None:
            return json.loads(cached)  # another loaded it while we waited
        product = load_product(number)
        client.set(key, json.dumps(product), ex=300)
        return product
