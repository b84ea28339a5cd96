import time
from collections.abc import Callable

from limiters import client, fixed_window, sliding_counter, sliding_log

LIMIT, SECONDS = 50, 1.0


def passed(limiter: Callable[[str, int, float], bool]) -> int:
    """Send more requests than allowed, at once; how many pass?"""
    return sum(limiter("amina", LIMIT, SECONDS) for _ in range(LIMIT + 20))


limiters = (fixed_window, sliding_log, sliding_counter)
for limiter in limiters:
    limiter("somebody", LIMIT, SECONDS)  # connects and loads the script

new_window = int(time.time()) + 2  # windows begin at full seconds
time.sleep(new_window - 0.4 - time.time())
started = time.perf_counter()
before = [passed(limiter) for limiter in limiters]
time.sleep(max(0, new_window + 0.01 - time.time()))
after = [passed(limiter) for limiter in limiters]
print(f"two bursts within {time.perf_counter() - started:.2f} s")

for limiter, first, second in zip(limiters, before, after, strict=True):
    print(f"{limiter.__name__}: {(first + second) / LIMIT:.0f} x the limit")
client.close()
