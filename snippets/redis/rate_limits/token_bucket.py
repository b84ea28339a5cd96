import math

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

TAKE = client.register_script("""
local capacity, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1] or capacity)
local at = tonumber(bucket[2] or now)
tokens = math.min(capacity, tokens + math.max(0, now - at) * per_second)
local wait = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  wait = (1 - tokens) / per_second
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return tostring(wait)
""")


def seconds_to_wait(user: str, capacity: int, per_second: float) -> float:
    """0.0 when the request may pass, else the seconds for a Retry-After header."""
    wait = TAKE(keys=[f"bucket:{user}"], args=[capacity, per_second])
    return float(wait)


if __name__ == "__main__":
    an_hour = 3 / 3600  # three tokens
    passed = [seconds_to_wait("amina", 3, an_hour) == 0 for _ in range(5)]
    print(passed)
    #> [True, True, True, False, False]
    wait = seconds_to_wait("amina", 3, an_hour)
    print("wait:", math.ceil(wait / 60), "minutes")
    #> wait: 20 minutes
    client.close()
