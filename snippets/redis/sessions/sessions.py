import hashlib
import secrets
import time

import redis
from redis.client import Pipeline

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
IDLE = 30 * 60  # seconds without a request
LONGEST = 12 * 3600  # seconds, however busy the user is


def session_key(token: str) -> str:
    # Someone who can read the keys of Redis must not get tokens that work.
    return f"session:{hashlib.sha256(token.encode()).hexdigest()}"


def add(pipe: Pipeline, user: str) -> str:
    """Queue the commands that begin a session. Returns its token."""
    token = secrets.token_urlsafe(32)
    key, now = session_key(token), time.time()
    pipe.hset(key, mapping={"user": user, "since": now})
    pipe.expire(key, IDLE)
    pipe.zadd(f"sessions:{user}", {key: now + LONGEST})
    pipe.zremrangebyscore(f"sessions:{user}", "-inf", now)  # ended long ago
    pipe.expire(f"sessions:{user}", LONGEST)
    return token


def log_in(user: str) -> str:
    with client.pipeline() as pipe:
        token = add(pipe, user)
        pipe.execute()
    return token


def current_user(token: str) -> str | None:
    """Called for each request: whose session is it? Its time starts again."""
    key = session_key(token)
    session = client.hgetall(key)
    if not {"user", "since"} <= session.keys():  # ended, or half a session
        return None
    left = float(session["since"]) + LONGEST - time.time()
    client.expire(key, max(0, min(IDLE, int(left))))
    return session["user"]


def log_out_everywhere(user: str) -> int:
    index = f"sessions:{user}"

    def end(pipe: Pipeline) -> int:
        keys = pipe.zrange(index, 0, -1)
        pipe.multi()
        pipe.delete(index, *keys)
        return len(keys)

    # Reads again when a session is added or renewed in between, so none is missed.
    return client.transaction(end, index, value_from_callable=True)


def renew(token: str) -> str | None:
    """A new token for the same user, after a password or a role has changed."""
    old = session_key(token)

    def swap(pipe: Pipeline) -> str | None:
        user = pipe.hget(old, "user")
        pipe.multi()
        if user is None:
            return None
        pipe.delete(old)
        pipe.zrem(f"sessions:{user}", old)
        return add(pipe, user)

    # A log-out in between ends the old session, and then there is nothing to renew.
    return client.transaction(swap, old, value_from_callable=True)
