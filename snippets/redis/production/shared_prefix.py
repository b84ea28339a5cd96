import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import redis

client = redis.Redis(decode_responses=True)
client.set("shop:order:17", "paid")


@contextmanager
def own_keys() -> Iterator[str]:
    """A prefix that no other test run has; its keys are deleted at the end."""
    prefix = f"test:{uuid.uuid4().hex}:"
    try:
        yield prefix
    finally:
        for key in client.scan_iter(match=f"{prefix}*", count=1000):
            client.unlink(key)


with own_keys() as prefix:
    client.set(f"{prefix}order:1", "open")
    print("during the test:", client.dbsize(), "keys")
    #> during the test: 2 keys
print("after it:", list(client.scan_iter()))
#> after it: ['shop:order:17']
client.close()
