"""A rate limit that all workers share.

Guarantees: of all calls of `take` with the same name, in whatever process, at most one
is allowed in each interval. Redis's clock counts, not those of the workers.
Does not guarantee an order, or that what was allowed happens at once: a process that
is frozen after `take` calls late. Leave some room below the partner's limit.
Needs: Redis 7.0 or newer. An empty Redis allows one call early, and nothing worse.
The caller brings: what to do with the seconds to wait, and with a Redis that is down.
"""

import redis

TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if free > now then return free - now end
local interval = tonumber(ARGV[1])
local next = string.format('%d', now + interval)
redis.call('SET', KEYS[1], next, 'PX', math.ceil(interval / 1000))
return 0
"""

store = redis.Redis(db=2, socket_timeout=5, socket_connect_timeout=2)


def take(name: str, per_second: float) -> float:
    """Zero, and the call is allowed, or the seconds until the next one may be."""
    microseconds = round(1_000_000 / per_second)
    return int(store.eval(TAKE, 1, f"limit:{name}", microseconds)) / 1_000_000
