"""Idempotency key: do the work for a request, and give every repetition its answer.

Guarantees
    Requests with one key never work at the same time while the claim lives.
    A stored answer is returned for `keep` seconds without working again.
    Once `work` has returned, the caller gets its answer, whatever Redis does.
    If Redis cannot be asked, nothing is done: redis.RedisError is raised first.
Does not guarantee
    That `work` runs once. After a crash, an expired claim or a lost answer, it
    runs again, with the same key. Redis cannot know what the first run did.
Needs
    Redis 7.0 or newer; a client with decode_responses=True and time limits.
The caller brings
    A key that names customer and intention: "customer-7:pay:order-17".
    A `work(key)` that recognizes a key it has seen: it passes the key on to the
    payment provider, or stores it with the effect in one database transaction.
    A `claim` longer than `work` takes.
"""

import logging
import time
import uuid
from collections.abc import Callable

import redis

log = logging.getLogger(__name__)

# Replace (or delete) the claim only if it is still ours. Sent a second time,
# because the first answer got lost, the script finds its own answer there.
FINISH = """
local seen = redis.call('GET', KEYS[1])
if seen ~= ARGV[1] then return seen == ARGV[2] and 1 or 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class InProgress(Exception):
    """Another request with this key is being worked on: try again later."""


def once(
    client: redis.Redis,
    key: str,
    work: Callable[[str], str],
    *,
    claim: float = 30,
    keep: int = 86_400,
    wait: float = 2,
) -> str:
    """Call `work(key)` for the first request with `key`; give others its answer.

    Times are in seconds. Raises InProgress when another request still works on
    it after `wait`, redis.RedisError before any work, and what `work` raises.
    """
    name, ours = f"once:{key}", f"in_progress {uuid.uuid4()}"
    deadline = time.monotonic() + wait
    # One command looks and claims. Our own text comes back if the client had to
    # send the command twice: then the claim is ours as well.
    while True:
        seen = client.set(name, ours, nx=True, get=True, px=int(claim * 1000))
        if seen is None or seen == ours:
            break
        if str(seen).startswith("done "):
            return str(seen).removeprefix("done ")
        if time.monotonic() > deadline:
            raise InProgress(key)
        time.sleep(0.02)
    try:
        answer = work(key)
    except Exception:
        finish(client, name, ours, "", "0")  # the next request may try at once
        raise
    finish(client, name, ours, f"done {answer}", str(keep))
    return answer


def finish(client: redis.Redis, name: str, *args: str) -> None:
    """Put the answer in place of our claim. The work is done: never raise."""
    try:
        if not client.eval(FINISH, 1, name, *args):
            log.warning("%s: the work took longer than its claim", name)
    except redis.RedisError as error:
        log.warning("%s: not stored, may be done again: %s", name, error)
