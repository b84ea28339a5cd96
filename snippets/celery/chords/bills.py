"""Run a last task when all parts of a bill are done, whatever is lost on the way.

Guarantees: `total` runs for each bill whose parts can succeed, with one result for each
part, as long as something calls `catch_up` again and again. Lost messages and killed
workers only delay it, and a part that runs twice counts once.
Does not guarantee one run: a part, and `total`, may run twice. Both are safe to repeat.
A bill that is not done after TRIES rounds goes to the set `bills:failed`.
Needs: Redis 7.0 or newer that does not evict and that keeps its data after a restart.
The caller brings: an id that no other bill has, and beat, or cron, for `catch_up`.
"""

import time

import redis
from celery import Celery

ROUND = 60.0  # seconds until missing parts are sent again: more than a part takes
TRIES = 10
KEEP = 86_400  # seconds for which a finished bill is kept
CENTS = {"tea": 450, "coffee": 790, "sugar": 120}

app = Celery("bills", broker="redis://localhost:6379/0")
app.conf.beat_schedule = {"catch up": {"task": "bills.catch_up", "schedule": ROUND}}
store = redis.Redis(
    db=2, decode_responses=True, socket_timeout=5, socket_connect_timeout=2
)


def start(bill: str, articles: list[str]) -> None:
    """Store the whole bill first: what is not sent now, `catch_up` sends."""
    with store.pipeline(transaction=True) as pipe:
        pipe.hset(f"bill:{bill}:parts", mapping=dict(enumerate(articles)))
        pipe.zadd("bills:open", {bill: time.time()}, nx=True)
        pipe.execute()
    send_missing(bill)


def send_missing(bill: str) -> None:
    parts = store.hgetall(f"bill:{bill}:parts")
    done = set(store.hkeys(f"bill:{bill}:done"))
    for number in parts.keys() - done:
        price.delay(bill, number, parts[number])
    if parts.keys() <= done:
        total.delay(bill)


def is_open(bill: str) -> bool:
    return store.zscore("bills:open", bill) is not None


@app.task(acks_late=True, ignore_result=True)
def price(bill: str, number: str, article: str) -> None:
    if not is_open(bill):
        return
    store.hset(f"bill:{bill}:done", number, CENTS[article])
    if store.hlen(f"bill:{bill}:done") == store.hlen(f"bill:{bill}:parts"):
        total.delay(bill)


@app.task(acks_late=True, ignore_result=True)
def total(bill: str) -> None:
    if not is_open(bill):
        return  # it ran before
    cents = sum(int(price) for price in store.hvals(f"bill:{bill}:done"))
    with store.pipeline(transaction=True) as pipe:
        pipe.set(f"bill:{bill}:total", cents, ex=KEEP)
        pipe.expire(f"bill:{bill}:parts", KEEP)
        pipe.expire(f"bill:{bill}:done", KEEP)
        pipe.hdel("bills:tries", bill)
        pipe.zrem("bills:open", bill)
        pipe.execute()


@app.task(ignore_result=True)
def catch_up() -> None:
    """Send again what is missing; called once in each ROUND."""
    late = time.time() - ROUND
    for bill in map(str, store.zrangebyscore("bills:open", 0, late, start=0, num=100)):
        if store.hincrby("bills:tries", bill, 1) > TRIES:
            with store.pipeline(transaction=True) as pipe:
                pipe.sadd("bills:failed", bill)
                pipe.hdel("bills:tries", bill)
                pipe.zrem("bills:open", bill)
                pipe.execute()
            continue
        store.zadd("bills:open", {bill: time.time()}, xx=True)
        send_missing(bill)
