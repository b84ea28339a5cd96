import secrets
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def fixed_window(user: str, limit: int, seconds: float) -> bool:
    key = f"fixed:{user}:{int(time.time() / seconds)}"
    with client.pipeline() as pipe:
        pipe.incr(key)
        pipe.pexpire(key, int(seconds * 1000))
        count, _ = pipe.execute()
    return count <= limit


SLIDING_LOG = client.register_script("""
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
return 1
""")


def sliding_log(user: str, limit: int, seconds: float) -> bool:
    request = secrets.token_hex(8)  # two requests may have the same microsecond
    args = [limit, int(seconds * 1_000_000), request]
    return SLIDING_LOG(keys=[f"log:{user}"], args=args) == 1


SLIDING_COUNTER = client.register_script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local length = tonumber(ARGV[2])
local window = math.floor(now / length)
local counts = redis.call('HMGET', KEYS[1], window - 1, window)
local before, current = tonumber(counts[1] or 0), tonumber(counts[2] or 0)
local share = 1 - (now % length) / length
if before * share + current >= tonumber(ARGV[1]) then
  return 0
end
redis.call('HINCRBY', KEYS[1], window, 1)
redis.call('HDEL', KEYS[1], window - 2, window - 3)
redis.call('PEXPIRE', KEYS[1], length * 2)
return 1
""")


def sliding_counter(user: str, limit: int, seconds: float) -> bool:
    args = [limit, int(seconds * 1000)]
    return SLIDING_COUNTER(keys=[f"counter:{user}"], args=args) == 1
