"""Keep the claim on a stream entry while a long task runs."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

log = logging.getLogger(__name__)
# Renews only what still belongs to this consumer. XCLAIM alone would take it back.
RENEW = """
local entry = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)[1]
if not entry or entry[2] ~= ARGV[2] then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1
"""


@contextmanager
def renewed(
    client: redis.Redis,
    stream: str,
    group: str,
    consumer: str,
    entry: str,
    *,
    idle_ms: int,
    at_most: float,
) -> Iterator[threading.Event]:
    """Renew the claim until the block ends, for `at_most` seconds.

    Gives an event that is set when the claim was lost or no longer renewed. The
    task looks at it before each step whose effect another worker would repeat.
    """
    renew = client.register_script(RENEW)
    lost, done = threading.Event(), threading.Event()
    end = time.monotonic() + at_most

    def keep() -> None:
        while not done.wait(idle_ms / 3000):  # three tries within `idle_ms`
            try:
                if time.monotonic() > end:
                    log.error("%s takes longer than %s s", entry, at_most)
                elif renew(keys=[stream], args=[group, consumer, entry]):
                    continue
                lost.set()
                return
            except redis.exceptions.RedisError as error:
                log.warning("could not renew %s, trying again: %s", entry, error)

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        done.set()
        thread.join()
