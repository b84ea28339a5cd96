"""Send a receipt by email: at least once, and by one worker at a time.

Guarantees: what the mail server has taken is not sent again by a later task with the
same key, and two tasks do not send it at the same moment. A send that fails gives its
claim back at once; the claim of a killed worker ends by itself after LEASE seconds.
Does not guarantee exactly one email: a worker that is killed, or frozen for longer than
LEASE, between the mail server's answer and the note in Redis sends it again.
Needs: Redis 7.0 or newer that does not evict; a send that always ends within LEASE.
The caller brings: a key that means the intention ("order-1001"), and something that
sends the task again for orders that stay without a receipt.
"""

import uuid

import redis
from tasks import app

LEASE = 120  # seconds
KEEP = 7 * 86_400  # seconds for which a repeated task is recognized
# Sent twice, because its first answer was lost, the script does no harm.
GIVE_BACK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

claims = redis.Redis(
    db=2, decode_responses=True, socket_timeout=5, socket_connect_timeout=2
)


class Busy(Exception):
    """Another worker is sending this receipt, or died while it was."""


def deliver(key: str) -> None:
    """Stands for the mail server. Give it the key, as the Message-ID for example."""
    with open("sent.txt", "a") as sent:
        print(f"receipt for {key}", file=sent)


@app.task(
    acks_late=True,
    retry_on_worker_lost=True,
    # The mail server's errors are OSError; a timeout of redis-py is a RedisError.
    autoretry_for=(Busy, OSError, redis.RedisError),
    retry_backoff=True,
    max_retries=10,
)
def send_receipt(key: str) -> str:
    name, ours = f"receipt:{key}", f"claimed by {uuid.uuid4()}"
    # Our own text comes back if redis-py had to send this command twice.
    seen = claims.set(name, ours, nx=True, get=True, ex=LEASE)
    if seen == "sent":
        return "was sent before"
    if seen not in (None, ours):
        raise Busy(key)
    try:
        deliver(key)
    except Exception:
        claims.eval(GIVE_BACK, 1, name, ours)
        raise
    claims.set(name, "sent", ex=KEEP)
    return f"receipt for {key} sent"
