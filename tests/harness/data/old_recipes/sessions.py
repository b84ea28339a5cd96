import hashlib
import secrets
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
IDLE = 30 * 60  # seconds without a request
LONGEST = 12 * 3600  # seconds, however busy the user is


def session_key(token: str) -> str:
    # Who reads the keys of Redis must not get tokens that work.
    return f"session:{hashlib.sha256(token.encode()).hexdigest()}"


def log_in(user: str) -> str:
    token = secrets.token_urlsafe(32)
    key, now = session_key(token), time.time()
    with client.pipeline() as pipe:
        pipe.hset(key, mapping={"user": user, "since": now})
        pipe.expire(key, IDLE)
        pipe.zadd(f"sessions:{user}", {key: now + LONGEST})
        pipe.zremrangebyscore(f"sessions:{user}", "-inf", now)  # ended long ago
        pipe.expire(f"sessions:{user}", LONGEST)
        pipe.execute()
    return token


def current_user(token: str) -> str | None:
    """Called for each request: whose session is it? Its time starts again."""
    key = session_key(token)
    session = client.hgetall(key)
    if not session:
        return None
    left = float(session["since"]) + LONGEST - time.time()
    client.expire(key, max(0, min(IDLE, int(left))))
    return session["user"]


def log_out_everywhere(user: str) -> int:
    keys = client.zrange(f"sessions:{user}", 0, -1)
    if keys:
        with client.pipeline() as pipe:
            pipe.delete(*keys)
            # Only what was read: a log-in at this moment must stay in the list.
            pipe.zrem(f"sessions:{user}", *keys)
            pipe.execute()
    return len(keys)


def renew(token: str) -> str | None:
    """A new token for the same user, after a password or a role has changed."""
    user = current_user(token)
    if user is None:
        return None
    new = log_in(user)
    with client.pipeline() as pipe:
        pipe.delete(session_key(token))
        pipe.zrem(f"sessions:{user}", session_key(token))
        pipe.execute()
    return new
