import json
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
FRESH, KEPT, PAUSE = 60, 600, 5  # seconds
database_is_up = True


def load_product(number: int) -> dict:
    if not database_is_up:
        raise ConnectionError("the database does not answer")
    return {"id": number, "price": 1200}


def get_product(number: int, later: int = 0) -> tuple[dict, str]:
    now = time.time() + later  # `later` stands for time that passes
    key = f"product:{number}"
    cached = client.get(key)
    entry = json.loads(cached) if cached is not None else None
    if entry and now < entry["ask_again"]:
        return entry["product"], "cached"
    try:
        product = load_product(number)
    except ConnectionError:
        if entry is None:
            raise  # nothing to fall back to
        # For some seconds, no other request waits for the database.
        entry["ask_again"] = now + PAUSE
        client.set(key, json.dumps(entry), keepttl=True, xx=True)
        return entry["product"], "stale, the query failed"
    entry = {"product": product, "ask_again": now + FRESH}
    client.set(key, json.dumps(entry), ex=KEPT)
    return product, "loaded"


print(get_product(5))
#> ({'id': 5, 'price': 1200}, 'loaded')
print(get_product(5))
#> ({'id': 5, 'price': 1200}, 'cached')
database_is_up = False
print(get_product(5, later=FRESH))
#> ({'id': 5, 'price': 1200}, 'stale, the query failed')
print(get_product(5, later=FRESH + 1))
#> ({'id': 5, 'price': 1200}, 'cached')
print(get_product(5, later=FRESH + 1 + PAUSE))
#> ({'id': 5, 'price': 1200}, 'stale, the query failed')
try:
    get_product(6)
except ConnectionError as error:
    print(error)
    #> the database does not answer
client.close()
